// Vigor for people: one warm instance, three zones, availability watched from outside. See main.bicep for size prod.
using 'main.bicep'

param environmentName = 'prod'
param size = 'prod'
param alertEmail = readEnvironmentVariable('VIGOR_ALERT_EMAIL')
param budgetStartDate = readEnvironmentVariable('VIGOR_BUDGET_START')
param deployerPrincipalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param deployerPrincipalType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'User')
param store = readEnvironmentVariable('VIGOR_STORE', 'tables')
param webBackend = readEnvironmentVariable('VIGOR_WEB_BACKEND', 'linked')
