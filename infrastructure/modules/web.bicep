// The web client's home: a Static Web App that serves the built files.

@description('Name of the Static Web App.')
param name string

@description('Region of its management plane.')
param location string

@description('Tags of the resource.')
param tags object

@description('Plan: Free, or Standard, which a linked backend asks for.')
@allowed(['Free', 'Standard'])
param skuName string

resource site 'Microsoft.Web/staticSites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'web' })
  sku: {
    name: skuName
    tier: skuName
  }
  properties: {
    provider: 'Custom' // without it a second deployment can end with "Cannot change the Provider", as files were put here meanwhile
    allowConfigFileUpdates: true
    stagingEnvironmentPolicy: 'Enabled'
  }
}

@description('Name of the Static Web App, for modules that look it up.')
output name string = site.name

@description('Host name that people find Vigor under.')
output hostName string = site.properties.defaultHostname
