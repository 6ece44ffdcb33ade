// Reads {name: query} from standard input and prints what Microsoft's language service for Kusto finds wrong, as JSON.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const SCHEMA = {
  requests:
    '(timestamp:datetime, id:string, name:string, success:string, resultCode:string, duration:real, operation_Id:string, itemCount:int)',
  traces: '(timestamp:datetime, message:string, severityLevel:int, operation_Id:string, customDimensions:dynamic, itemCount:int)'
}

const folder = dirname(createRequire(import.meta.url).resolve('@kusto/language-service-next/package.json'))
for (const file of ['bridge.min.js', 'Kusto.Language.Bridge.min.js']) {
  // The package is made of plain scripts that put their names into the global object.
  ;(0, eval)(readFileSync(join(folder, file), 'utf8'))
}

const { GlobalState, KustoCode, Symbols } = globalThis.Kusto.Language
const tables = Object.entries(SCHEMA).map(([name, columns]) => new Symbols.TableSymbol.$ctor7(name, columns, null))
const known = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('insights', tables))

const faults = []
for (const [name, query] of Object.entries(JSON.parse(readFileSync(0, 'utf8')))) {
  const found = KustoCode.ParseAndAnalyze(query, known).GetDiagnostics()
  for (let at = 0; at < found.Count; at++) {
    const { Message: message, Severity: severity, Start: start } = found.getItem(at)
    if (severity === 'Error') faults.push({ name, start, message })
  }
}
process.stdout.write(JSON.stringify(faults))
