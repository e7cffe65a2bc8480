import type { WriterGauge } from '../registry/writer.ts'
import type { Meters } from './meters.ts'

/** What is told of each commit, by whom it is made and by whom it is asked for. */
export interface CommitMeters {
  readonly onCommitted: (changeCount: number, seconds: number) => void
  readonly writer: WriterGauge
}

/** Measures commits: how many, how large, how long, how many commands share one and wait. */
export function createCommitMeters({ counters, gauges, histograms }: Meters): CommitMeters {
  const commits = counters.tally('registry_commits_total')
  const changes = histograms.histogram('registry_commit_changes')
  const durations = histograms.histogram('registry_commit_seconds')
  const commands = histograms.histogram('registry_commit_commands')
  return {
    onCommitted: (changeCount, seconds) => {
      commits.add()
      changes.record(changeCount)
      durations.record(seconds)
    },
    writer: {
      onCommit: (commandCount, waitingCount) => {
        // A batch that was refused as a whole commits nothing.
        if (commandCount > 0) commands.record(commandCount)
        gauges.set('registry_waiting_commands', waitingCount)
      },
    },
  }
}
