// All of Vigor in one resource group: what runs, what it keeps, who may do what, and who is told when something is wrong.
targetScope = 'resourceGroup'

@description('Name of this environment, such as dev or prod; stands in tags and keeps the names of two environments in one group apart.')
@minLength(2)
@maxLength(24)
param environmentName string

@description('Which defaults to take: dev costs cents while nobody trains, prod stays warm, is watched and is kept in three zones.')
@allowed(['dev', 'prod'])
param size string = 'dev'

@description('Region of everything but the web client; it must offer Flex Consumption.')
param location string = resourceGroup().location

@description('Region of the web client\'s management plane; the files themselves are served worldwide.')
@allowed(['centralus', 'eastasia', 'eastus2', 'westeurope', 'westus2'])
param webLocation string = 'westeurope'

@description('E-mail address that alerts and budget warnings go to.')
param alertEmail string

@description('Object id of the person or pipeline that deploys and puts the first secrets into the vault; empty gives that right to nobody.')
param deployerPrincipalId string = ''

@description('What deployerPrincipalId is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param deployerPrincipalType string = 'User'

@description('Where documents live: Table storage (cheapest) or Cosmos DB serverless.')
@allowed(['tables', 'cosmos'])
param store string = 'tables'

@description('How the web client reaches the API: linked through its own origin (Standard plan), or separate at the API\'s own address with CORS (Free plan).')
@allowed(['linked', 'separate'])
param webBackend string = 'linked'

@description('Further origins that may call the API when webBackend is separate, such as a custom domain; full https addresses without a path.')
param additionalOrigins array = []

@description('Memory of one Function App instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = size == 'prod' ? 2048 : 512

@description('How many requests one instance serves at once; the code waits far more than it computes. Python\'s default would be one.')
@minValue(1)
@maxValue(100)
param perInstanceConcurrency int = 16

@description('Most instances that may run at once; the ceiling of what a flood of requests can cost.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = size == 'prod' ? 100 : 40

@description('Instances for HTTP kept warm day and night; each is paid for while idle.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = size == 'prod' ? 1 : 0

@description('Redundancy of Table and Blob storage: one data centre, or three zones of the region.')
@allowed(['Standard_LRS', 'Standard_ZRS'])
param storageSku string = size == 'prod' ? 'Standard_ZRS' : 'Standard_LRS'

@description('For so many days the vault keeps deleted secrets; cannot be changed once the vault exists.')
@minValue(7)
@maxValue(90)
param secretRetentionDays int = size == 'prod' ? 90 : 7

@description('For so many days logs are kept; the first 31 are in the price.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = size == 'prod' ? 90 : 30

@description('Most gigabytes of logs taken in a day, as a decimal number; past it, logs are dropped until the next day. -1 is no limit.')
param logDailyCapGb string = size == 'prod' ? '1' : '0.1'

@description('What is watched: essential costs next to nothing, full adds availability from outside and alerts that read the logs.')
@allowed(['essential', 'full'])
param watch string = size == 'prod' ? 'full' : 'essential'

@description('What this resource group may cost in a month, in the subscription\'s currency; warnings go out at 50, 80 and 100 percent.')
@minValue(1)
param monthlyBudget int = size == 'prod' ? 60 : 10

@description('First day that the budget counts, always the first of a month, as yyyy-MM-01. It never changes once set; deploy.sh and azd find it and remember it; none makes no budget. Azure refuses an empty one, which is the default only so that azd does not ask before its hook has found the day.')
param budgetStartDate string = ''

@description('What all language models together may cost in an ISO week, in dollars; Vigor itself stops there.')
@minValue(0)
param weeklyModelBudgetUsd int = 10

@description('Values for settings of the app whose defaults do not suit, by name, such as { VIGOR_MODEL_DEADLINE_S: \'20\' }. Never a secret.')
param settings object = {}

var unique = uniqueString(resourceGroup().id, environmentName)
var tags = {
  project: 'vigor'
  environment: environmentName
  'azd-env-name': environmentName
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  params: {
    name: 'id-vigor-${unique}'
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    workspaceName: 'log-vigor-${unique}'
    insightsName: 'appi-vigor-${unique}'
    location: location
    tags: tags
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    name: 'stvigor${unique}'
    location: location
    tags: tags
    skuName: storageSku
  }
}

module cosmos 'modules/cosmos.bicep' = if (store == 'cosmos') {
  name: 'cosmos'
  params: {
    name: 'cosmos-vigor-${unique}'
    location: location
    tags: tags
    databaseName: 'vigor'
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  params: {
    name: 'kv-vigor-${unique}'
    location: location
    tags: tags
    retentionDays: secretRetentionDays
    workspaceName: monitoring.outputs.workspaceName
  }
}

module roles 'modules/roles.bicep' = {
  name: 'roles'
  params: {
    identityName: identity.outputs.name
    storageName: storage.outputs.name
    vaultName: vault.outputs.name
    insightsName: monitoring.outputs.insightsName
    cosmosName: store == 'cosmos' ? 'cosmos-vigor-${unique}' : ''
    deployerPrincipalId: deployerPrincipalId
    deployerPrincipalType: deployerPrincipalType
  }
  dependsOn: [
    cosmos
  ]
}

module web 'modules/web.bicep' = {
  name: 'web'
  params: {
    name: 'stapp-vigor-${unique}'
    location: webLocation
    tags: tags
    skuName: webBackend == 'linked' ? 'Standard' : 'Free'
  }
}

module api 'modules/api.bicep' = {
  name: 'api'
  params: {
    name: 'func-vigor-${unique}'
    planName: 'plan-vigor-${unique}'
    location: location
    tags: tags
    identityName: identity.outputs.name
    storageName: storage.outputs.name
    packageContainer: storage.outputs.packageContainer
    insightsName: monitoring.outputs.insightsName
    vaultName: vault.outputs.name
    store: store
    cosmosName: store == 'cosmos' ? 'cosmos-vigor-${unique}' : ''
    instanceMemoryMB: instanceMemoryMB
    perInstanceConcurrency: perInstanceConcurrency
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    allowedOrigins: webBackend == 'linked' ? [] : concat(['https://${web.outputs.hostName}'], additionalOrigins)
    trustedHops: webBackend == 'linked' ? 2 : 1
    weeklyModelBudgetUsd: weeklyModelBudgetUsd
    settings: settings
  }
  dependsOn: [
    roles // the host reads its storage when it first starts, so it must be allowed to by then
  ]
}

module link 'modules/link.bicep' = if (webBackend == 'linked') {
  name: 'link'
  params: {
    webName: web.outputs.name
    apiName: api.outputs.name
    location: location
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  params: {
    unique: unique
    location: location
    tags: tags
    email: alertEmail
    watch: watch
    insightsName: monitoring.outputs.insightsName
    apiName: api.outputs.name
    healthUrl: 'https://${webBackend == 'linked' ? web.outputs.hostName : api.outputs.hostName}/api/health/ready'
    weeklyModelBudgetUsd: weeklyModelBudgetUsd
  }
}

module budget 'modules/budget.bicep' = if (budgetStartDate != 'none') {
  name: 'budget'
  params: {
    name: 'budget-vigor-${environmentName}'
    amount: monthlyBudget
    startDate: budgetStartDate
    email: alertEmail
    actionGroupId: alerts.outputs.actionGroupId
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  params: {
    location: location
    tags: tags
    environmentName: environmentName
    insightsName: monitoring.outputs.insightsName
  }
}

// Outputs are called in small letters: Azure answers with the first letters of a name made small (vigoR_API_NAME).
@description('Name of the Function App, which code is deployed to.')
output vigor_api_name string = api.outputs.name

@description('Base address under which /api answers to everybody: the web client\'s own with a linked backend, else the Function App\'s.')
output vigor_api_address string = 'https://${webBackend == 'linked' ? web.outputs.hostName : api.outputs.hostName}'

@description('Name of the Static Web App, which the web client is deployed to.')
output vigor_web_name string = web.outputs.name

@description('Where people find Vigor.')
output vigor_web_address string = 'https://${web.outputs.hostName}'

@description('Name of the vault that the first secrets are put into.')
output vigor_vault_name string = vault.outputs.name

@description('Name of the storage account that holds documents and the deployed package.')
output vigor_storage_name string = storage.outputs.name
