// Asks Microsoft's parser of M about each query of a list (JSON, on standard input); what it refuses it tells, else null.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const parser = require(join(process.argv[2], 'node_modules', '@microsoft', 'powerquery-parser'));

(async () => {
  const told = [];
  for (const query of JSON.parse(readFileSync(0, 'utf8'))) {
    const found = await parser.TaskUtils.tryLexParse(parser.DefaultSettings, query);
    told.push(parser.TaskUtils.isError(found) ? found.error.message : null);
  }
  process.stdout.write(JSON.stringify(told));
})();
