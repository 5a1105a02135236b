import { anything, byType, fields, type Shape, text, uri } from './shape.ts';

const words = text(300);

/** An action object, where it stands: how long its label may be, and whether it must have one. */
export function action({ mostLabel, labelled = false }: { mostLabel: number; labelled?: boolean }): Shape {
  const label = { label: text(mostLabel, labelled ? 1 : 0) };
  const of = (must: Readonly<Record<string, Shape>>, may: Readonly<Record<string, Shape>> = {}): Shape =>
    labelled ? fields({ ...label, ...must }, may) : fields(must, { ...label, ...may });
  return byType({
    postback: of({ data: words }, { displayText: words, text: words, fillInText: words }),
    message: of({ text: words }),
    uri: of({ uri }, { altUri: fields({}, { desktop: uri }) }),
    datetimepicker: of({ data: words, mode: anything }),
    clipboard: of({ clipboardText: text(1_000) }),
    richmenuswitch: of({ richMenuAliasId: text(32), data: words }),
    camera: of({}),
    cameraRoll: of({}),
    location: of({}),
  });
}
