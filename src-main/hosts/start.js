// Starts a TypeScript entry of HealthSense, or says in one sentence why that cannot be. Plain JavaScript without a single import:
// an older Node cannot load anything else of HealthSense, and better-sqlite3's binary crashes it without a word.
//
//   node src-main/hosts/start.js launch.ts demo --speed 10

const major = Number(process.versions.node.split('.')[0]);
const entry = process.argv[2];
if (major < 24) {
  process.stderr.write(
    `HealthSense needs Node 24 or newer, and this is ${process.versions.node}. Run "npm ci" first: it brings its own, and npm's commands use it.\n`,
  );
  process.exitCode = 1;
} else {
  // Node keeps what it has compiled, which halves the start of a command and of its threads; these learn of it by the variable. Where
  // nothing can be kept, Node goes on without.
  process.env.NODE_COMPILE_CACHE ??= `${import.meta.dirname}/../../node_modules/.cache/compiled`;
  process.getBuiltinModule('node:module').enableCompileCache(process.env.NODE_COMPILE_CACHE);
  process.argv.splice(1, 2, `${import.meta.dirname}/${entry}`);
  await import(`./${entry}`);
}
