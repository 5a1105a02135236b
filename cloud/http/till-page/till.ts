import type { discountOf } from '../../core/till/discount.ts';
import type { makeAnswer } from './answer.ts';
import type { TillApi } from './api.ts';
import type { Browser, Part, Video } from './browser.ts';
import type { Devices } from './devices.ts';
import type { makePurse } from './money.ts';
import type { makeToday } from './today.ts';
import type { makeWork } from './work.ts';

type Texts = Readonly<Record<string, string>>;

export interface TillParts {
  readonly makeApi: (browser: Browser, token: () => string, texts: Texts) => TillApi;
  readonly makePractice: (texts: Texts) => TillApi;
  readonly makeDevices: (browser: Browser) => Devices;
  readonly makeAnswer: typeof makeAnswer;
  readonly makePurse: typeof makePurse;
  readonly makeToday: typeof makeToday;
  readonly makeWork: typeof makeWork;
  readonly discountOf: typeof discountOf;
  readonly texts: Texts;
}

/** The page: who signs in and out, practice, and which key, button or camera does what. */
export function startTill(browser: Browser, parts: TillParts): void {
  const { document, sessionStorage } = browser;
  const { texts } = parts;
  const say = (name: string): string => texts[name] ?? '';
  const part = (id: string): Part => {
    const found = document.getElementById(id);
    if (found === null) throw new Error(`no #${id}`);
    return found;
  };
  const TOKEN = 'pharos-till-token';
  const devices = parts.makeDevices(browser);
  const answer = parts.makeAnswer(part, devices, say);
  const purse = parts.makePurse(document.documentElement.lang);
  const real = parts.makeApi(browser, () => sessionStorage.getItem(TOKEN) ?? '', texts);

  const signOut = (why: string): void => {
    sessionStorage.removeItem(TOKEN);
    part('work').hidden = true;
    part('sign-in').hidden = false;
    part('sign-in-fault').textContent = why;
    part('token').value = '';
    part('who').textContent = '';
    part('token').focus();
  };
  const { makeToday, discountOf } = parts;
  const work = parts.makeWork({
    ...{ browser, real, part, say, texts, answer, purse, makeToday, discountOf },
    onSignedOut: () => signOut(say('badToken')),
  });

  const begin = async (): Promise<void> => {
    const said = await real.whoami();
    if (!said.ok) {
      if (said.status === 401) signOut(say('badToken'));
      else part('sign-in-fault').textContent = said.told.message;
      return;
    }
    if (said.body.role !== 'till') {
      signOut(say('notATill'));
      return;
    }
    part('who').textContent = said.body.name;
    part('sign-in').hidden = true;
    part('work').hidden = false;
    answer.tell('calm', say('ready'), '');
    await work.begin(real);
  };
  const practise = (on: boolean): void => {
    part('practice-note').hidden = !on;
    answer.tell('calm', say(on ? 'practice' : 'ready'), on ? say('practiceHelp') : '');
    void work.begin(on ? parts.makePractice(texts) : real);
  };
  const scan = async (): Promise<void> => {
    const video = part('video') as Video;
    video.hidden = false;
    const end = (code: string): void => {
      video.hidden = true;
      if (code === '') return;
      part('code').value = code;
      void work.check();
    };
    await devices.scan(video, end).catch(() => {
      end('');
      answer.tell('unsure', say('noCamera'), '');
    });
  };

  const cancel = (): void => {
    devices.stop();
    part('video').hidden = true;
    work.cancel();
  };

  const onSubmit = (id: string, act: () => Promise<void>): void =>
    part(id).addEventListener('submit', (event) => {
      event.preventDefault();
      void act();
    });
  onSubmit('sign-in-form', async () => {
    sessionStorage.setItem(TOKEN, part('token').value.trim());
    await begin();
  });
  onSubmit('scan', work.check);
  onSubmit('pay', work.redeem);
  part('amount').addEventListener('input', work.reckon);
  part('cancel').addEventListener('click', cancel);
  part('undo').addEventListener('click', work.undoLast);
  part('sign-out').addEventListener('click', () => signOut(''));
  part('practise').addEventListener('change', ({ target }) => practise(target.checked));
  part('camera').addEventListener('click', () => void scan());
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') cancel();
    if (event.key === 'F2') {
      event.preventDefault();
      work.undoLast();
    }
  });
  part('camera').hidden = !devices.canScan;
  part('no-scan').hidden = devices.canScan;
  if (sessionStorage.getItem(TOKEN) === null) part('token').focus();
  else void begin();
}
