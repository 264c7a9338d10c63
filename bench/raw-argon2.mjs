/** What a core can do at most: argon2id with the product's parameters and nothing else, one after the other. */
import { hash, verify } from '@node-rs/argon2';
import { PASSWORD } from './people.mjs';

const seconds = Number(process.argv[2] ?? 3);
const stored = await hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 });
for (let warm = 0; warm < 10; warm += 1) await verify(stored, PASSWORD);
const begun = performance.now();
const before = process.cpuUsage();
let count = 0;
for (; performance.now() - begun < seconds * 1000; count += 1) await verify(stored, PASSWORD);
const { user, system } = process.cpuUsage(before);
const wall = (performance.now() - begun) / 1000;
console.log(JSON.stringify({ perSecond: count / wall, cpu: (user + system) / count / 1e6 }));
