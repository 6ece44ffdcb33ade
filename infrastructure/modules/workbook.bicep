// The workbook that shows how Vigor fares; what it shows stands in workbook.json.

@description('Region of the workbook.')
param location string

@description('Tags of the workbook.')
param tags object

@description('Name of the environment, for the title.')
param environmentName string

@description('Name of the Application Insights component it reads.')
param insightsName string

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, environmentName, 'vigor-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    category: 'workbook'
    displayName: 'Vigor ${environmentName}'
    serializedData: loadTextContent('../workbook.json')
    sourceId: insights.id
    version: '1.0'
  }
}
