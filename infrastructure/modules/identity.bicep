// Who Vigor is to Azure: one identity that every permission hangs on and that no password belongs to.

@description('Name of the identity.')
param name string

@description('Region of the identity.')
param location string

@description('Tags of the resource.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: name
  location: location
  tags: tags
}

@description('Name of the identity, for modules that look it up.')
output name string = identity.name
