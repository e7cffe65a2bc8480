/*
 * A message on the wire (§2):
 *
 *   0        20         44                44+body
 *   | envelope | header  | body            | credential |
 *
 * Envelope (§2.1)                       Header (§2.2), offsets from the message's start
 *    0 major  1 minor                     20 opcode          24 response code
 *    2 flags + suggested major            28 op flags        32 site serial (2)
 *    3 suggested minor                    34 recursion count 35 reserved
 *    4 session id   8 request id          36 expiration      40 body length
 *   12 sequence    16 message length
 */
export const ENVELOPE_BYTES = 20
export const HEADER_BYTES = 24
export const CREDENTIAL_LENGTH_BYTES = 4

export const OFFSET = {
  major: 0,
  minor: 1,
  flags: 2,
  suggestedMinor: 3,
  sessionId: 4,
  requestId: 8,
  sequence: 12,
  messageLength: 16,
  opcode: 20,
  responseCode: 24,
  opFlags: 28,
  siteSerial: 32,
  recursionCount: 34,
  expiration: 36,
  bodyLength: 40,
  body: 44,
} as const

export const ENVELOPE_FLAG = { compressed: 0x80, encrypted: 0x40, truncated: 0x20 } as const
/** Bits of the flag byte that carry the suggested major version, as the peers mask it. */
export const SUGGESTED_MAJOR_MASK = 0x03

/** Operation flags (§2.3), as unsigned 32-bit numbers. */
export const OP_FLAG = {
  authoritative: 0x80000000,
  certify: 0x40000000,
  encrypt: 0x20000000,
  recursive: 0x10000000,
  cacheCertify: 0x08000000,
  continuous: 0x04000000,
  keepAlive: 0x02000000,
  publicOnly: 0x01000000,
  returnDigest: 0x00800000,
  overwrite: 0x00400000,
  mintSuffix: 0x00200000,
  doNotRefer: 0x00100000,
} as const

/** Opcodes (§3.1). */
export const OPCODE = {
  reserved: 0,
  resolve: 1,
  getSiteInfo: 2,
  create: 100,
  delete: 101,
  addValues: 102,
  removeValues: 103,
  modifyValues: 104,
  listHandles: 105,
  answerChallenge: 200,
  verifyChallenge: 201,
  homePrefix: 300,
  unhomePrefix: 301,
  listHomedPrefixes: 302,
  sessionSetup: 400,
  sessionTerminate: 401,
  sessionExchangeKey: 402,
  nextTransactionId: 1000,
  retrieveTransactions: 1001,
  dumpHandles: 1002,
  backupServer: 1003,
} as const

/** Response codes (§3.2). */
export const CODE = {
  success: 1,
  error: 2,
  busy: 3,
  protocolError: 4,
  notSupported: 5,
  recursionTooHigh: 6,
  readOnly: 7,
  handleNotFound: 100,
  handleExists: 101,
  invalidHandle: 102,
  valuesNotFound: 200,
  valueExists: 201,
  invalidValue: 202,
  outOfDateSite: 300,
  notResponsible: 301,
  serviceReferral: 302,
  prefixReferral: 303,
  invalidAdmin: 400,
  insufficientPermissions: 401,
  authenticationNeeded: 402,
  authenticationFailed: 403,
  invalidCredential: 404,
  authenticationTimeout: 405,
  authenticationError: 406,
  sessionTimeout: 500,
  sessionFailed: 501,
  invalidSessionKey: 502,
  needRsaKey: 503,
  invalidSessionSetup: 504,
  duplicateSessionMessage: 505,
} as const

/** The version that this software speaks, and the one that errors before decoding carry. */
export const VERSION = { major: 2, minor: 11, undecodedMinor: 3 } as const
/** Site serial of one who knows none (§2.2). */
export const SITE_SERIAL_UNKNOWN = 0xffff
/** Request id of an answer to bytes that could not be decoded (§7.4). */
export const REQUEST_ID_UNKNOWN = 0xffffffff
/** Media type of a native message in an HTTP body (§7.3 HTTP tunnel). */
export const NATIVE_MEDIA_TYPE = 'application/x-hdl-message'
