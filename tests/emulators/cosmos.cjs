// Starts the Cosmos DB stand-in with its known faults mended; for tests only. Usage: node cosmos.cjs [CERT KEY] PORT
//
// Mended: reading the absent is 404, a query sees one partition only, a batch is atomic and answers 207 and 424 like
// the service, a document over 2 MiB is 413, connections are kept alive. Left as they are: no TTL, no throughput.
"use strict";

const { readFileSync } = require("node:fs");

const lib = "@vercel/cosmosdb-server/lib";
const documents = require(`${lib}/handler/_document-operations.js`);
const readBody = require(`${lib}/json.js`).default;
const readItems = require(`${lib}/handler/_read-items.js`).default;

const MAX_REQUEST_BYTES = 2 * 1024 * 1024;
const NOT_FOUND = { code: "NotFound", message: "Entity with the specified id does not exist in the system." };
const OPERATIONS = {
  Create: documents.createOperation,
  Upsert: documents.upsertOperation,
  Read: documents.readOperation,
  Replace: documents.replaceOperation,
  Delete: documents.deleteOperation,
};

const mended = (name, handler) => {
  require(`${lib}/handler/${name}.js`).default = handler;
};
const partitionOf = (req) => req.headers["x-ms-documentdb-partitionkey"];
const answer = (res, status, body) => {
  res.statusCode = status;
  return body;
};
const tooLarge = (req) => Number(req.headers["content-length"]) > MAX_REQUEST_BYTES;

mended("read-document", (account, req, res, { dbId, collId, docId }) => {
  const collection = account.database(dbId).collection(collId);
  if (!collection.read()) return answer(res, 404, NOT_FOUND);
  const { statusCode, body } = documents.readOperation(collection, { partitionKey: partitionOf(req), id: docId });
  return answer(res, statusCode, body);
});

mended("query-documents", (account, req, res, { dbId, collId }) =>
  readItems(req, res, "Documents", async ({ continuation, maxItemCount }) => {
    const { query, parameters } = await readBody(req);
    const collection = account.database(dbId).collection(collId);
    if (!collection.read()) return null;
    const [path] = collection.read().partitionKey.paths;
    const [wanted] = JSON.parse(partitionOf(req) || "[]");
    const rows = [...collection.documents._data.values()].map((item) => item.read());
    const seen = wanted === undefined ? rows : rows.filter((row) => row[path.slice(1)] === wanted);
    return collection.documents._getQuery(query).exec(seen, { parameters, continuation, maxItemCount });
  }),
);

mended("batch-documents", async (account, req, res, { dbId, collId }) => {
  if (tooLarge(req)) return answer(res, 413, { code: "RequestEntityTooLarge", message: "over 2 MiB" });
  const operations = await readBody(req);
  const collection = account.database(dbId).collection(collId);
  if (!collection.read()) return answer(res, 404, NOT_FOUND);
  if (operations.length > 100) return answer(res, 400, { code: "BadRequest", message: "over 100 operations" });
  const store = collection.documents;
  const before = { data: new Map(store._data), index: new Map(store._index) };
  const results = [];
  for (const operation of operations) {
    const result = OPERATIONS[operation.operationType](collection, { ...operation, partitionKey: partitionOf(req) });
    const { statusCode, body } = result;
    if (statusCode >= 400) {
      Object.assign(store, { _data: before.data, _index: before.index });
      const at = results.length;
      return answer(res, 207, operations.map((_, n) => ({ statusCode: n === at ? statusCode : 424, requestCharge: 0 })));
    }
    results.push({ statusCode, requestCharge: 1, eTag: body && body._etag, resourceBody: body });
  }
  return results;
});

for (const name of ["create-document", "upsert-document", "replace-document"]) {
  const handler = require(`${lib}/handler/${name}.js`).default;
  mended(name, (account, req, res, parameters) =>
    tooLarge(req)
      ? answer(res, 413, { code: "RequestEntityTooLarge", message: "over 2 MiB" })
      : handler(account, req, res, parameters),
  );
}

const [port, key, cert] = process.argv.slice(2).reverse();
const { createHttpServer, createHttpsServer } = require(lib);
const server = cert
  ? createHttpsServer({ keepAlive: true, cert: readFileSync(cert), key: readFileSync(key) })
  : createHttpServer({ keepAlive: true });
server.keepAliveTimeout = 60_000;
server.listen(Number(port), "127.0.0.1");
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
