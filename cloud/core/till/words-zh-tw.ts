import { lastMoment } from './last-moment.ts';
import type { TillTexts } from './texts.ts';

export const chinese: TillTexts = {
  mistyped: () => ({
    message: '代碼輸入有誤。',
    remedy: '請與顧客手機上的代碼逐字核對，或改用掃描。',
  }),
  not_a_code: () => ({
    message: '這不是我們的優惠券代碼。',
    remedy: '請掃描優惠券上的條碼，或輸入 12 碼代碼。',
  }),
  signed_code: () => ({
    message: '本收銀機尚無法讀取這種 QR Code。',
    remedy: '請輸入 QR Code 下方的 12 碼代碼。',
  }),
  unknown_code: () => ({
    message: '查無此優惠券代碼。',
    remedy: '請顧客重新開啟優惠券，再讀取代碼。',
  }),
  too_many_guesses: ({ until }, { time }) => ({
    message: `本收銀機輸入錯誤代碼次數過多，${time(until)} 後才能繼續。`,
    remedy: '在此之前請改用其他收銀機。若並非有人試碼，請通知總部。',
  }),
  too_many_requests: ({ retryAfterSeconds }) => ({
    message: '本收銀機的請求過於頻繁。',
    remedy: `請於 ${retryAfterSeconds} 秒後再試。`,
  }),
  coupon_expired: ({ expiredAt }, { time }) => ({
    message: `此優惠券已過期，使用期限至 ${time(lastMoment(expiredAt))}。`,
    remedy: '無法再使用，顧客可能有更新的優惠券。',
  }),
  coupon_not_yet_valid: ({ validFrom }, { time }) => ({
    message: `此優惠券自 ${time(validFrom)} 起才能使用。`,
    remedy: '請顧客屆時再來。',
  }),
  coupon_revoked: () => ({
    message: '此優惠券已被撤銷。',
    remedy: '無法使用。總部可用代碼查詢原因（pharos explain）。',
  }),
  coupon_locked: ({ until }, { time }) => ({
    message: `此優惠券正保留給一筆尚未完成的交易，至 ${time(until)} 為止。`,
    remedy: '請先完成該筆交易，或屆時再試。',
  }),
  already_redeemed: ({ at, place }, { time }) => ({
    message: `此優惠券已於 ${time(at)} 在「${place.name}」使用。`,
    remedy: '每張限用一次。若為誤用，可由原門市取消核銷。',
  }),
  wrong_place: ({ validAt }, { places }) => ({
    message: '此優惠券不適用於本店。',
    remedy: validAt.length === 0 ? '目前沒有任何門市可使用，請通知總部。' : `適用門市：${places(validAt)}。`,
  }),
  lock_lost: () => ({
    message: '此優惠券已不再為本收銀機保留。',
    remedy: '請重新掃描。',
  }),
  unknown_redemption: () => ({
    message: '本店沒有這筆核銷紀錄。',
    remedy: '請從今日清單中選取。',
  }),
  already_rolled_back: ({ at }, { time }) => ({
    message: `這筆核銷已於 ${time(at)} 取消。`,
    remedy: '不需再處理。',
  }),
  too_late_to_undo: ({ until }, { time }) => ({
    message: `可復原的時間已於 ${time(until)} 截止。`,
    remedy: '請改選「交易作廢」或「退貨」。',
  }),
  bad_phone: () => ({
    message: '這不是有效的電話號碼。',
    remedy: '請輸入如 0912 345 678 或 +886 912 345 678，或留空。',
  }),
  bad_card: () => ({
    message: '這不是有效的卡號。',
    remedy: '卡號為 4 至 64 個英數字，不含空白。請重新掃描，或留空。',
  }),
  unknown_sale: () => ({
    message: '本店沒有這筆交易。',
    remedy: '請確認交易編號。',
  }),
  transaction_differs: () => ({
    message: '這個交易編號已存在，但金額或時間不同。',
    remedy: '請使用新的交易編號，或登錄退款。',
  }),
  nothing_left_to_refund: () => ({
    message: '這筆交易已全額退款或已作廢。',
    remedy: '不需再處理。',
  }),
  more_than_left: ({ left }, { money }) => ({
    message: `這筆交易只剩 ${money(left)} 可退。`,
    remedy: '退款金額不可超過此數。',
  }),
  idempotency_key_reused: () => ({
    message: '此 Idempotency-Key 已用於另一個請求。',
    remedy: '每次操作請使用新的 key；只有完全相同的請求才可重複使用。',
  }),
};
