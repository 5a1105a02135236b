/**
 * What the coupon page does beyond showing itself: it says that a person looks at it (which a link preview does not),
 * counts down by the server's clock, and notices at the till's word that the coupon was used.
 */
export const COUPON_SCRIPT = `'use strict';
(() => {
const { token, state, now, until, units } = document.currentScript.dataset;
fetch('/c/' + token + '/opened', { method: 'POST', keepalive: true }).catch(() => {});
if (state !== 'usable') return;
const started = performance.now();
const names = units.split('|');
const sizes = [86400, 3600, 60, 1];
const left = document.getElementById('left');
const show = () => {
  const seconds = Math.ceil((until - now - (performance.now() - started)) / 1000);
  if (seconds <= 0) return location.reload();
  let rest = seconds;
  const parts = sizes.map((size, unit) => { const n = Math.floor(rest / size); rest -= n * size; return [n, names[unit]]; });
  const first = Math.min(parts.findIndex(([n]) => n > 0), 2);
  left.textContent = parts.slice(first, first + 2).map(([n, name]) => name.replace('{n}', n)).join(' ');
  setTimeout(show, 1000);
};
left.hidden = document.getElementById('left-label').hidden = false;
show();
let asked = 0;
const look = async () => {
  if (document.visibilityState === 'visible' && asked < 150) {
    asked += 1;
    const answer = await fetch('/c/' + token + '/state').then((r) => (r.ok ? r.text() : state)).catch(() => state);
    if (answer !== state) return location.reload();
  }
  setTimeout(look, 2000);
};
setTimeout(look, 2000);
})();
`;
