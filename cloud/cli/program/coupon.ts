import { type Command, Option } from 'commander';
import type { TillCall } from '../till-call.ts';
import type { RunCommand } from './run.ts';

/** `pharos coupon …`: what support sees of a coupon, and what a till does with it. */
export function addCouponCommands(program: Command, run: RunCommand): void {
  const coupon = program.command('coupon').description('coupons');
  coupon
    .command('show')
    .description('one coupon with its code')
    .argument('<id>', 'coupon id, or its code')
    .action((id: string, _options, command: Command) =>
      run(command, async (shell) => (await import('../commands/coupon-show.ts')).couponShow(shell, id)),
    );
  atTill(coupon.command('check'))
    .description('what a coupon is worth at a till now, and why not')
    .argument('<code>', 'as typed or scanned')
    .option('--amount <minor>', 'a price in minor units: 1980 TWD is NT$19.80')
    .option('--currency <code>', 'of the price, e.g. TWD')
    .action((code: string, options: TillCall, command: Command) =>
      run(command, async (shell) => (await import('../commands/coupon-till.ts')).couponCheck(shell, code, options)),
    );
  atTill(coupon.command('redeem'))
    .description('redeem a coupon as a till does')
    .argument('<code>', 'as typed or scanned')
    .option('--amount <minor>', 'what is paid for, in minor units')
    .option('--currency <code>', 'of the amount, e.g. TWD')
    .option('--order <number>', 'the till’s own number of the sale')
    .option('--tender <how>', 'cash, card, mobile, voucher, transfer, other')
    .option('--staff <id>', 'who is at the till')
    .action((code: string, options: TillCall, command: Command) =>
      run(command, async (shell) => (await import('../commands/coupon-till.ts')).couponRedeem(shell, code, options)),
    );
  atTill(coupon.command('rollback'))
    .description('take a redemption back: the coupon is good again')
    .argument('<redemption>', 'its id, rdm_…')
    .addOption(
      new Option('--reason <why>', 'a mistake, a sale that did not happen, or goods that came back')
        .choices(['undo', 'void', 'refund'])
        .makeOptionMandatory(),
    )
    .action((redemption: string, options: TillCall & { reason: string }, command: Command) =>
      run(command, async (shell) =>
        (await import('../commands/coupon-till.ts')).couponRollback(shell, redemption, options),
      ),
    );
}

const atTill = (command: Command): Command =>
  command
    .option('--channel <id>', 'the store or web shop; a till’s own token knows it')
    .option('--key <key>', 'the Idempotency-Key of the first try, when repeating after a lost answer');
