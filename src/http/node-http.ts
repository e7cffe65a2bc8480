/*
 * An import of node:http would run the getters of all that it exports, one of which loads Node's
 * client for fetch and WebSockets: a quarter of the time in which a thread opens its doors.
 */
const http = process.getBuiltinModule('node:http')

/** Node's own `createServer` and `STATUS_CODES`. */
export const { createServer, STATUS_CODES } = http
