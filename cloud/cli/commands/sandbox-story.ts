import { parseNumber } from '../arguments.ts';
import { connect } from '../client.ts';
import { textsFor } from '../language.ts';
import { connectSandbox } from '../sandbox/connection.ts';
import { type FoodCourtStep, foodCourt } from '../sandbox/food-court.ts';
import { FOOD_COURT_TEXTS } from '../sandbox/food-court-texts.ts';
import { printable, printJson, type Shell } from '../shell.ts';
import { tillPost } from '../till-call.ts';

export interface StoryOptions {
  readonly door: string;
  readonly counter: string;
  readonly wait: string;
}

/** `pharos sandbox story food-court`: told line by line as it happens; fails at the first step that was not seen. */
export async function sandboxStory(shell: Shell, { door, counter, wait }: StoryOptions): Promise<void> {
  const waitMs = parseNumber('--wait', wait, 0, 600) * 1000;
  const texts = textsFor(shell, FOOD_COURT_TEXTS);
  const steps: FoodCourtStep[] = [];
  const story = foodCourt({
    ...{ sandbox: connectSandbox(shell), server: connect(shell), door, counter, waitMs },
    askTill: (token, path, body) => tillPost({ ...shell, token }, path, body, {}),
  });
  for await (const seen of story) {
    steps.push(seen);
    const tell = texts[seen.step] as (seen: FoodCourtStep) => string;
    if (!shell.json) shell.out(printable(`${steps.length}. ${tell(seen)}\n`));
  }
  if (shell.json) printJson(shell, { story: 'food-court', steps });
  else shell.talk(`${texts.end}\n`);
}
