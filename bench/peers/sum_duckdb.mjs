// SPDX-License-Identifier: MIT
// DuckDB: the sum of a text file with a number on each line: sum_duckdb.mjs NODE_MODULES FILE THREADS
// Prints the sum, and the seconds of the query alone.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [modules, file, threads] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(join(modules, 'x.js'))('@duckdb/node-api');
const instance = await DuckDBInstance.create(':memory:', { threads });
const connection = await instance.connect();
const begin = process.hrtime.bigint();
const query = `SELECT sum(x) FROM read_csv('${file.replaceAll("'", "''")}', header=false, columns={'x': 'DOUBLE'})`;
const rows = (await connection.runAndReadAll(query)).getRows();
const took = Number(process.hrtime.bigint() - begin) / 1e9;
console.log(String(rows[0][0]));
console.log(took.toFixed(9));
connection.closeSync?.();
