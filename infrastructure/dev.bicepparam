// The cheapest Vigor: cents while nobody trains. Everything not named here has main.bicep's default for size dev.
using 'main.bicep'

param environmentName = 'dev'
param size = 'dev'
param alertEmail = readEnvironmentVariable('VIGOR_ALERT_EMAIL')
param budgetStartDate = readEnvironmentVariable('VIGOR_BUDGET_START')
param deployerPrincipalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param deployerPrincipalType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'User')
param store = readEnvironmentVariable('VIGOR_STORE', 'tables')
param webBackend = readEnvironmentVariable('VIGOR_WEB_BACKEND', 'linked')
