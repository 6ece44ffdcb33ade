// The Function App on Flex Consumption, with every setting the code reads on Azure.

@description('Name of the Function App.')
param name string

@description('Name of its plan.')
param planName string

@description('Region of both.')
param location string

@description('Tags of both.')
param tags object

@description('Name of the identity it runs under.')
param identityName string

@description('Name of the storage account for the host, the package and the tables.')
param storageName string

@description('Container of the deployed package.')
param packageContainer string

@description('Name of the Application Insights component.')
param insightsName string

@description('Name of the vault that secrets are read from.')
param vaultName string

@description('Where documents live.')
@allowed(['tables', 'cosmos'])
param store string

@description('Name of the Cosmos DB account; empty where there is none.')
param cosmosName string

@description('Memory of one instance, in MB.')
param instanceMemoryMB int

@description('How many requests one instance serves at once.')
param perInstanceConcurrency int

@description('Most instances at once.')
param maximumInstanceCount int

@description('Instances for HTTP kept warm.')
param alwaysReadyInstances int

@description('Origins that a browser may call from; empty where the web client\'s own origin answers.')
param allowedOrigins array

@description('How many proxies append to X-Forwarded-For before a request arrives.')
param trustedHops int

@description('What all language models together may cost in an ISO week, in dollars.')
param weeklyModelBudgetUsd int

@description('Values for settings whose defaults do not suit, by name.')
param settings object

// An empty value means the default that the code has.
var tuned = union({
  VIGOR_ACCESS_TTL_S: ''
  VIGOR_REFRESH_IDLE_S: ''
  VIGOR_REFRESH_MAX_S: ''
  VIGOR_REFRESH_GRACE_S: ''
  VIGOR_RESERVATION_TTL_S: ''
  VIGOR_MODEL_DEADLINE_S: ''
  VIGOR_USER_SHARE: ''
  VIGOR_RETENTION_AUDIT_DAYS: ''
  VIGOR_RETENTION_CHAT_DAYS: ''
  VIGOR_OTLP_ENDPOINT: ''
  VIGOR_RETENTION_USE_DAYS: ''
  OPENAI_BASE_URL: ''
  GEMINI_BASE_URL: ''
  PERPLEXITY_BASE_URL: ''
}, settings)

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: identityName
}

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true // Linux
  }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: {
        name: 'python'
        version: '3.11'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances == 0 ? [] : [
          {
            name: 'http'
            instanceCount: alwaysReadyInstances
          }
        ]
        triggers: {
          http: {
            perInstanceConcurrency: perInstanceConcurrency
          }
        }
      }
    }
    siteConfig: {
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      cors: {
        allowedOrigins: allowedOrigins
        supportCredentials: false // a separate origin signs in with tokens, never with cookies
      }
      appSettings: [
        { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
        { name: 'AzureWebJobsStorage__clientId', value: identity.properties.clientId }
        { name: 'AzureWebJobsStorage__blobServiceUri', value: storage.properties.primaryEndpoints.blob }
        { name: 'AzureWebJobsStorage__tableServiceUri', value: storage.properties.primaryEndpoints.table }
        { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insights.properties.ConnectionString }
        { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${identity.properties.clientId};Authorization=AAD' }
        { name: 'AZURE_CLIENT_ID', value: identity.properties.clientId }
        { name: 'VIGOR_STORE', value: store }
        { name: 'VIGOR_TABLES_ENDPOINT', value: store == 'tables' ? storage.properties.primaryEndpoints.table : '' }
        { name: 'VIGOR_COSMOS_ENDPOINT', value: store == 'cosmos' ? 'https://${cosmosName}.documents.azure.com' : '' }
        { name: 'VIGOR_COSMOS_DATABASE', value: 'vigor' }
        { name: 'VIGOR_KEY_VAULT_URL', value: vault.properties.vaultUri }
        { name: 'VIGOR_TRUSTED_HOPS', value: string(trustedHops) }
        { name: 'VIGOR_WEEKLY_BUDGET_USD', value: string(weeklyModelBudgetUsd) }
        { name: 'VIGOR_ACCESS_TTL_S', value: tuned.VIGOR_ACCESS_TTL_S }
        { name: 'VIGOR_REFRESH_IDLE_S', value: tuned.VIGOR_REFRESH_IDLE_S }
        { name: 'VIGOR_REFRESH_MAX_S', value: tuned.VIGOR_REFRESH_MAX_S }
        { name: 'VIGOR_REFRESH_GRACE_S', value: tuned.VIGOR_REFRESH_GRACE_S }
        { name: 'VIGOR_RESERVATION_TTL_S', value: tuned.VIGOR_RESERVATION_TTL_S }
        { name: 'VIGOR_MODEL_DEADLINE_S', value: tuned.VIGOR_MODEL_DEADLINE_S }
        { name: 'VIGOR_USER_SHARE', value: tuned.VIGOR_USER_SHARE }
        { name: 'VIGOR_RETENTION_AUDIT_DAYS', value: tuned.VIGOR_RETENTION_AUDIT_DAYS }
        { name: 'VIGOR_RETENTION_CHAT_DAYS', value: tuned.VIGOR_RETENTION_CHAT_DAYS }
        { name: 'VIGOR_OTLP_ENDPOINT', value: tuned.VIGOR_OTLP_ENDPOINT }
        { name: 'VIGOR_RETENTION_USE_DAYS', value: tuned.VIGOR_RETENTION_USE_DAYS }
        { name: 'OPENAI_BASE_URL', value: tuned.OPENAI_BASE_URL }
        { name: 'GEMINI_BASE_URL', value: tuned.GEMINI_BASE_URL }
        { name: 'PERPLEXITY_BASE_URL', value: tuned.PERPLEXITY_BASE_URL }
      ]
    }
  }
}

resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource noPublishingPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

@description('Name of the Function App, for modules that look it up.')
output name string = app.name

@description('Host name of the API.')
output hostName string = app.properties.defaultHostName
