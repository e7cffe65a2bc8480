// Loaded before a node's program (`node --import`): its standard input is a pipe that whoever
// started it holds open, so a starter that dies, in whatever way, takes its nodes with it.
import { Socket } from 'node:net'

process.stdin.on('end', () => { process.kill(process.pid, 'SIGTERM') })
process.stdin.resume()
// Waiting for that end is no reason to stay.
if (process.stdin instanceof Socket) process.stdin.unref()
