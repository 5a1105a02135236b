/** Of the page of a report: on a screen of any width, and on paper. */
export const REPORT_STYLE = `
:root { --green: #0b6b50; --mid: #3f9a7c; --pale: #f1f6f3; --ink: #1f2926; --grey: #55615c; --line: #c9d6cf;
  font: 15px/1.5 system-ui, "Noto Sans TC", "Noto Sans CJK TC", "PingFang TC", sans-serif; color: var(--ink) }
* { box-sizing: border-box } body { margin: 0; background: #e4ebe7 }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
header { background: var(--green); color: #fff; border-radius: 14px; padding: 1.2rem 1.5rem } header h1 { margin: 0; font-size: 1.6rem } header p { margin: .2rem 0 0; color: #cfebdf }
section { background: #fff; border-radius: 14px; padding: 1rem 1.5rem; margin-top: 1rem; box-shadow: 0 1px 3px #0001 }
h2 { font-size: 1.1rem; margin: 0 0 .6rem; color: var(--green) } p { margin: .3rem 0 }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .6rem 1.5rem }
.tiles strong { display: block; font-size: 1.45rem; line-height: 1.25; font-variant-numeric: tabular-nums } .tiles span { color: var(--grey); font-size: .85rem }
.wide { overflow-x: auto } svg { max-width: 60rem } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .88rem }
th, td { padding: .35rem .5rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top }
td { white-space: nowrap } tbody th, tfoot th, thead th:first-child { text-align: left; font-weight: 500; min-width: 8rem }
thead th { color: var(--grey); font-weight: 600; font-size: .78rem; vertical-align: bottom } tfoot th, tfoot td { font-weight: 700; border-bottom: 0; border-top: 2px solid var(--green) }
.plain thead th:nth-child(2) { text-align: left }
svg { display: block; width: 100%; height: auto } svg text { font-size: 12.5px; fill: var(--grey) } svg .label { fill: var(--ink) } svg .figure { fill: var(--ink); font-weight: 600 }
svg rect { fill: var(--mid) } .grid line { stroke: var(--line) } .zero { stroke: var(--grey); stroke-dasharray: 4 3 } .reach { stroke: var(--mid); stroke-width: 5; stroke-linecap: round } svg circle { fill: var(--green) }
.verdict { font-weight: 700; font-size: 1.05rem } .verdict.too_few, .verdict.chance { color: #8a5a00 } .verdict.less { color: #a3262a } .verdict.more { color: var(--green) }
.note { color: var(--grey); font-size: .85rem } dl { margin: 0; display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .3rem 1.2rem; font-size: .88rem }
dt { font-weight: 600 } dd { margin: 0; color: var(--grey) } ul { margin: 0; padding-left: 1.2rem; font-size: .88rem } footer { text-align: center; color: var(--grey); font-size: .8rem; margin-top: 1rem }
@media (max-width: 40rem) { section, header { padding: .9rem 1rem } dl { grid-template-columns: 1fr } dd { margin-bottom: .3rem } .wide svg { width: 38rem } }
@media print { @page { size: A4 landscape; margin: 12mm } body { background: #fff } main { max-width: none; padding: 0 } section { box-shadow: none; border: 1px solid var(--line); break-inside: avoid } * { print-color-adjust: exact; -webkit-print-color-adjust: exact } table, thead th { font-size: .6rem } th, td { padding: .2rem .22rem } tbody th, tfoot th, thead th:first-child { min-width: 5rem } .wide { overflow: visible } }
`;
