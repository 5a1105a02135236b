import { all, type Check, fields, isRecord, like, must, variant, words } from './check.ts';

/** Action objects as they may stand in a Flex container: labels of up to 40 units. */

const uri = all(
  must((it) => typeof it === 'string' && it.length <= 1_000),
  must((it) => typeof it !== 'string' || /^(https?|line|tel):/i.test(it), 'invalid uri scheme'),
  must((it) => typeof it !== 'string' || /^[\x21-\x7e]+$/.test(it), 'invalid uri'),
);

const label = must((it) => typeof it === 'string' && it.length <= 40);
const common = { label };
const data = words(300);

const actions: Readonly<Record<string, Check>> = {
  // Where the description lets a field be missing, the reference does not.
  postback: fields({ ...common, data, displayText: words(300), text: words(300), fillInText: words(300) }, ['data']),
  message: fields({ ...common, text: words(300) }, ['text']),
  uri: fields({ ...common, uri, altUri: fields({ desktop: uri }) }, ['uri']),
  datetimepicker: fields(
    {
      ...common,
      data,
      initial: like(/^[\d\-:Tt]+$/),
      max: like(/^[\d\-:Tt]+$/),
      min: like(/^[\d\-:Tt]+$/),
    },
    ['data', 'mode'],
  ),
  richmenuswitch: fields({ ...common, richMenuAliasId: words(32), data }, ['richMenuAliasId', 'data']),
  clipboard: fields({ ...common, clipboardText: words(1_000) }, ['clipboardText']),
};

/** An action of anything that can be tapped; its label is not shown and may be missing. */
export const action: Check = variant(() => actions);

/** The action of a button, which shows its label. */
export const labelledAction: Check = all(action, (value, at, problems) => {
  if (isRecord(value) && (value['label'] === undefined || value['label'] === '')) {
    problems.push({ message: 'must be specified', property: `${at}/label` });
  }
});
