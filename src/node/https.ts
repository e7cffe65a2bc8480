import type { Logger } from 'pino'
import { systemClock } from '../lib/clock.ts'
import type { HostPort } from '../lib/host-port.ts'
import type { Config } from './config.ts'
import { CERTIFICATE_RENEWAL_INTERVAL_MS } from './limits.ts'
import { ownTlsFiles, renewOwnCertificate } from './own-certificate.ts'
import { claimAddress } from './ports.ts'
import { loadTlsPair, type TlsFiles } from './tls-files.ts'

/**
 * Claims the address of HTTPS and sees to its certificate: the operator's, or one that the node
 * makes and goes on renewing.
 * @param undo is told how to end the renewing
 * @returns null when HTTPS is off
 * @throws AddressError, CertificateError
 */
export async function prepareHttps(
  config: Config, logger: Logger, undo: (() => void)[],
): Promise<{ address: HostPort; files: TlsFiles } | null> {
  if (config.https === null) return null
  const address = await claimAddress(config.https, false)
  const files = config.tlsFiles ?? ownTlsFiles(config.dataDir)
  if (config.tlsFiles === null) {
    await renewOwnCertificate(files, address.host, systemClock)
    const timer = setInterval(() => {
      renewOwnCertificate(files, address.host, systemClock).then(
        (renewed) => {
          if (renewed) logger.info({ certificate: files.certificate }, 'certificate renewed')
        },
        (error: unknown) => {
          logger.error({ err: error }, 'the certificate could not be renewed; trying again')
        },
      )
    }, CERTIFICATE_RENEWAL_INTERVAL_MS)
    timer.unref()
    undo.push(() => {
      clearInterval(timer)
    })
  }
  // Before any thread starts, so that a bad file is one clear error and not one for each thread.
  loadTlsPair(files)
  return { address, files }
}
