/** The till page's style and its LiquidJS body. */

export const TILL_STYLE = `
main { max-width: 46rem } .bar { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin-bottom: .75rem } .bar h1 { font-size: 1.2rem } #who { flex: 1; color: var(--grey) }
form { background: #fff; border-radius: 14px; padding: 1rem 1.1rem; margin-bottom: .75rem } label { display: block; font-weight: 600; margin-bottom: .3rem } .bar label { font-weight: 400; margin: 0 }
.line { display: flex; gap: .6rem; align-items: center } .line > span { color: var(--grey) }
input[type=text], input[type=password] { flex: 1; min-width: 0; width: 100%; font: inherit; font-size: 1.5rem; padding: .5rem .75rem; border: 2px solid #76857e; border-radius: 10px }
#code { font-family: ui-monospace, Menlo, monospace; text-transform: uppercase }
button { font: inherit; font-weight: 700; padding: .75rem 1.1rem; border: 0; border-radius: 10px; background: var(--green); color: #fff; cursor: pointer; white-space: nowrap }
button:disabled { opacity: .5 } .bar button, td button, #undo, #cancel { background: #fff; color: var(--green); border: 2px solid var(--green); padding: .35rem .8rem }
#answer { border-radius: 14px; padding: 1.4rem 1.1rem; text-align: center; margin-bottom: .75rem; background: #fff; color: var(--ink); min-height: 8.5rem; display: flex; flex-direction: column; justify-content: center }
#answer.yes { background: #0b6b50; color: #fff } #answer.no { background: #a61b12; color: #fff } #answer.unsure { background: #7a4f00; color: #fff }
#headline { font-size: 2.6rem; font-weight: 800; line-height: 1.2 } #due { font-size: 1.6rem; font-weight: 700 } #detail { font-size: 1.1rem; white-space: pre-line }
#practice-note { background: repeating-linear-gradient(45deg, #ffd84d 0 14px, #ffe88f 14px 28px); font-weight: 700; text-align: center; padding: .5rem; border-radius: 10px; margin-bottom: .75rem }
video { width: 100%; border-radius: 14px; margin-bottom: .75rem } .hint { color: var(--grey); font-size: .88rem; margin: .4rem 0 0 } .fault { color: #a61b12; font-weight: 600 }
table { width: 100%; border-collapse: collapse; background: #fff; border-radius: 14px; overflow: hidden; font-size: .95rem } th, td { text-align: left; padding: .5rem .75rem; border-top: 1px solid var(--line) } thead th { border: 0; color: var(--grey); font-weight: 600 }
h2 { font-size: 1.05rem; margin: 1.25rem 0 .4rem } .undone td { color: var(--grey); text-decoration: line-through } .undone td:last-child { text-decoration: none } td small { display: block; color: var(--grey) } td:first-child, td:nth-child(3) { white-space: nowrap; font-variant-numeric: tabular-nums } #scan p, #keys { margin-bottom: 0 } #cancel { padding: .75rem 1.1rem }
@media (max-width: 30rem) { #pay .line { flex-wrap: wrap } #pay button { flex: 1 } #pay input { flex-basis: 60% } th, td { padding: .5rem } } @media (pointer: coarse) { #keys { display: none } } [hidden] { display: none !important }
`;

export const TILL_BODY = `<body><main>
<div class="bar"><h1>{{ texts.title }}</h1><span id="who"></span><a href="?lang={{ other }}" lang="{{ other }}">{{ texts.other }}</a></div>
<section id="sign-in"><form id="sign-in-form"><label for="token">{{ texts.token }}</label>
<div class="line"><input id="token" type="password" autocomplete="off" required aria-describedby="token-help sign-in-fault"><button>{{ texts.signIn }}</button></div>
<p class="hint" id="token-help">{{ texts.tokenHelp }}</p><p class="fault" id="sign-in-fault" role="alert"></p></form></section>
<section id="work" hidden>
<div class="bar"><label><input type="checkbox" id="practise"> {{ texts.practice }}</label><label><input type="checkbox" id="sound" checked> {{ texts.sound }}</label>
<button type="button" id="undo" hidden>{{ texts.undoKey }}</button><button type="button" id="sign-out">{{ texts.signOut }}</button></div>
<p id="practice-note" hidden>{{ texts.practiceNote }}</p>
<div id="answer" role="status" aria-live="assertive" aria-atomic="true"><p id="headline"></p><p id="due"></p><p id="detail"></p></div>
<form id="scan"><label for="code">{{ texts.code }}</label><div class="line"><input id="code" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="512"><button>{{ texts.check }}</button></div>
<p class="hint"><button type="button" id="camera" hidden>{{ texts.camera }}</button><span id="no-scan" hidden>{{ texts.noScan }}</span></p></form>
<video id="video" hidden muted playsinline></video>
<form id="pay" hidden><label for="amount">{{ texts.amount }}</label><div class="line"><span id="currency"></span><input id="amount" type="text" inputmode="decimal" autocomplete="off" maxlength="512" data-currency="TWD"><button id="redeem">{{ texts.redeem }}</button><button type="button" id="cancel">{{ texts.cancel }}</button></div></form>
<p class="hint" id="keys">{{ texts.keys }}</p>
<h2>{{ texts.today }}</h2><p id="none" class="hint">{{ texts.none }}</p>
<table id="list" hidden><thead><tr><th scope="col">{{ texts.time }}</th><th scope="col">{{ texts.value }}</th><th scope="col">{{ texts.price }}</th><th></th></tr></thead><tbody id="rows"></tbody></table>
</section></main>
<script src="/till/till.js?lang={{ language }}"></script></body>`;
