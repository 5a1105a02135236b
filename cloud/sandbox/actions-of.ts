/** One thing a message lets a person do. */
export interface MessageAction {
  readonly type: string;
  readonly label?: string;
  readonly data?: string;
  readonly text?: string;
  readonly displayText?: string;
  readonly uri?: string;
  readonly linkUri?: string;
  readonly clipboardText?: string;
}

/** What can be tapped in a message, in reading order; quick replies come last. Messages LINE took hold right actions. */
export function actionsOf(message: Readonly<Record<string, unknown>>): readonly MessageAction[] {
  const { quickReply, ...shown } = message;
  return [...below(shown), ...below(quickReply)];
}

function below(part: unknown): MessageAction[] {
  if (Array.isArray(part)) return part.flatMap(below);
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => {
    if (key === 'action' || key === 'defaultAction') return isAction(value) ? [value] : [];
    if (key === 'actions' && Array.isArray(value)) return value.filter(isAction);
    return below(value);
  });
}

const isAction = (value: unknown): value is MessageAction =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
