// Who is told when Vigor fails, a provider is given a rest, counters disagree, the audit trail is broken, or models cost
// more than planned.

@description('What makes names of this environment unique.')
param unique string

@description('Region of the rules.')
param location string

@description('Tags of all resources.')
param tags object

@description('E-mail address that is told.')
param email string

@description('What is watched: essential is the error rate; full adds the rest.')
@allowed(['essential', 'full'])
param watch string

@description('Name of the Application Insights component.')
param insightsName string

@description('Name of the Function App, for what alerts say.')
param apiName string

@description('Address that answers 200 when Vigor can serve.')
param healthUrl string

@description('What all language models together may cost in an ISO week, in dollars; the alert goes out at 80 percent.')
param weeklyModelBudgetUsd int

var essentialRules = [
  {
    name: 'error-rate'
    title: 'More than one request in twenty fails'
    severity: 1
    frequency: 'PT15M'
    window: 'PT15M'
    query: loadTextContent('../queries/error_rate.kql')
    measured: ''
    operator: 'GreaterThan'
    threshold: 0
  }
]

var fullRules = [
  {
    name: 'breaker-open'
    title: 'A language model provider is given a rest'
    severity: 2
    frequency: 'PT15M'
    window: 'PT15M'
    query: loadTextContent('../queries/breaker_open.kql')
    measured: ''
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'usage-drift'
    title: 'Counters of use do not match the rows they are made of'
    severity: 2
    frequency: 'PT1H'
    window: 'PT2H'
    query: loadTextContent('../queries/usage_drift.kql')
    measured: ''
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'night-missing'
    title: 'The nightly work has not run for two days'
    severity: 2
    frequency: 'PT1H'
    window: 'P2D'
    query: loadTextContent('../queries/night_done.kql')
    measured: ''
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'parked'
    title: 'A document that the nightly work cannot handle is parked'
    severity: 2
    frequency: 'PT1H'
    window: 'PT2H'
    query: loadTextContent('../queries/parked.kql')
    measured: ''
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'trail-broken'
    title: 'The audit trail is broken, or misses an entry'
    severity: 1
    frequency: 'PT1H'
    window: 'PT2H'
    query: loadTextContent('../queries/trail_broken.kql')
    measured: ''
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'model-budget'
    title: 'Language models have used 80 percent of the week\'s budget'
    severity: 2
    frequency: 'PT1H'
    window: 'PT2H'
    query: loadTextContent('../queries/model_budget.kql')
    measured: 'spent_usd'
    operator: 'GreaterThanOrEqual'
    threshold: weeklyModelBudgetUsd * 80 / 100
  }
]

var rules = watch == 'full' ? concat(essentialRules, fullRules) : essentialRules

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-vigor-${unique}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'vigor'
    emailReceivers: [
      {
        name: 'owner'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for rule in rules: {
  name: 'alert-${rule.name}-${unique}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Vigor: ${rule.title}'
    description: '${rule.title} (${apiName}). What to do stands in docs/operations.md.'
    enabled: true
    autoMitigate: true
    severity: rule.severity
    skipQueryValidation: true // a workspace just made may not know its tables yet; our own check has read every query
    evaluationFrequency: rule.frequency
    windowSize: rule.window
    scopes: [insights.id]
    criteria: {
      allOf: [
        {
          query: rule.query
          timeAggregation: empty(rule.measured) ? 'Count' : 'Maximum'
          metricMeasureColumn: empty(rule.measured) ? null : rule.measured
          operator: rule.operator
          threshold: rule.threshold
          failingPeriods: {
            minFailingPeriodsToAlert: 1
            numberOfEvaluationPeriods: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: [people.id]
    }
  }
}]

resource visit 'Microsoft.Insights/webtests@2022-06-15' = if (watch == 'full') {
  name: 'visit-vigor-${unique}'
  location: location
  tags: union(tags, { 'hidden-link:${insights.id}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: 'visit-vigor-${unique}'
    Name: 'Vigor can serve'
    Enabled: true
    Kind: 'standard'
    Frequency: 900 // seconds; every visit is paid for
    Timeout: 60
    RetryEnabled: true
    Locations: [
      { Id: 'emea-nl-ams-azr' }
      { Id: 'us-va-ash-azr' }
      { Id: 'apac-sg-sin-azr' }
    ]
    Request: {
      RequestUrl: healthUrl
      HttpVerb: 'GET'
      ParseDependentRequests: false
      FollowRedirects: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 7
    }
  }
}

resource unreachable 'Microsoft.Insights/metricAlerts@2018-03-01' = if (watch == 'full') {
  name: 'alert-unreachable-${unique}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Two of three places in the world cannot reach Vigor (${apiName}).'
    enabled: true
    autoMitigate: true
    severity: 0
    evaluationFrequency: 'PT5M'
    windowSize: 'PT30M'
    scopes: [
      visit.id
      insights.id
    ]
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: visit.id
      componentId: insights.id
      failedLocationCount: 2
    }
    actions: [
      {
        actionGroupId: people.id
      }
    ]
  }
}

@description('Resource id of the action group, for the budget.')
output actionGroupId string = people.id
