/** The page's looks; the charts take their colours from the same variables. */
export const STYLE = `
:root {
  --page: #f7f7f5; --card: #ffffff; --ink: #1b1f24; --faint: #5f6873; --grid: #e2e5e9;
  --node: #0b6e99; --baseline: #d9822b; --third: #7a5ea8; --met: #1a7f4b; --missed: #b3372f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --card: #1c2127; --ink: #e8eaed; --faint: #9aa4b0; --grid: #343b44;
    --node: #5cb8e4; --baseline: #f0a45d; --third: #b49ae0; --met: #5fcf95; --missed: #f08a80;
  }
}
* { box-sizing: border-box }
body {
  margin: 0; padding: 2rem clamp(1rem, 4vw, 3rem); background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif;
}
header, main { max-width: 84rem; margin: 0 auto }
h1 { font-size: 1.6rem; margin: 0 }
h2 { font-size: 1.05rem; margin: 0 0 .75rem }
header p, .note { color: var(--faint); font-size: .875rem; margin: .35rem 0 0 }
.tiles, .cards { display: grid; gap: 1rem; margin: 1.5rem 0 }
.tiles { grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)) }
.cards { grid-template-columns: repeat(auto-fit, minmax(min(34rem, 100%), 1fr)) }
.tiles div, article, .wide {
  background: var(--card); border: 1px solid var(--grid); border-radius: .6rem; padding: 1rem;
}
.tiles span { display: block; color: var(--faint); font-size: .85rem }
.tiles strong { display: block; font-size: 1.6rem; font-variant-numeric: tabular-nums }
svg { display: block; width: 100%; height: auto }
.wide { overflow-x: auto; padding: .25rem 1rem }
table { border-collapse: collapse; width: 100%; font-size: .85rem }
th, td { padding: .45rem .6rem; text-align: right; white-space: nowrap;
  border-bottom: 1px solid var(--grid); font-variant-numeric: tabular-nums }
tr:last-child > * { border-bottom: 0 }
thead th { color: var(--faint); font-weight: 500 }
th:first-child, td:last-child, thead th:last-child { text-align: left }
tbody th { font-weight: 500 }
.met td:last-child { color: var(--met) }
.missed td:last-child { color: var(--missed) }
`
