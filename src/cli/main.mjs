#!/usr/bin/env node
// Plain JavaScript, so that an old Node reads far enough to say what is wrong.
const nodeMajorMin = 24
const nodeMajor = Number(process.versions.node.split('.')[0])

if (nodeMajor < nodeMajorMin) {
  process.stderr.write(
    `suibiao: this is Node.js ${process.versions.node} and ${nodeMajorMin} or later is needed; `
      + 'install it, or start with `npm start`, which brings its own\n',
  )
  process.exitCode = 1
} else {
  const { keepCompiledCode } = await import('../lib/compile-cache.mjs')
  keepCompiledCode()
  const { runProgram } = await import('./program.ts')
  process.exitCode = await runProgram(process.argv.slice(2))
}
