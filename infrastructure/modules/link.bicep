// The link that lets the web client's own origin answer /api; from then on the Function App refuses other callers.

@description('Name of the Static Web App.')
param webName string

@description('Name of the Function App.')
param apiName string

@description('Region of the Function App.')
param location string

resource site 'Microsoft.Web/staticSites@2024-04-01' existing = {
  name: webName
}

resource api 'Microsoft.Web/sites@2024-04-01' existing = {
  name: apiName
}

resource link 'Microsoft.Web/staticSites/linkedBackends@2024-04-01' = {
  parent: site
  name: 'api'
  properties: {
    backendResourceId: api.id
    region: location
  }
}
