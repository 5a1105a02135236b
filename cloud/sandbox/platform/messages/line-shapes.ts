/**
 * What requests to LINE look like, as LINE's own API description has it, by way of the SDK's types. Written by
 * `node scripts/checks/line-shapes.ts --write`: not to be edited.
 *
 * A type is a name with its fields below it, or a name with the types it may be. `?` may be left out, `[]` is a list,
 * `{}` an object with any keys.
 */
export const LINE_SHAPES = `\
Action = CameraAction | CameraRollAction | ClipboardAction | DatetimePickerAction | LocationAction | MessageAction | PostbackAction | RichMenuSwitchAction | URIAction
AgeDemographic = 'age_15' | 'age_20' | 'age_25' | 'age_30' | 'age_35' | 'age_40' | 'age_45' | 'age_50' | 'age_55' | 'age_60' | 'age_65' | 'age_70'
AgeDemographicFilter
  type: 'age'
  gte?: AgeDemographic
  lt?: AgeDemographic
AllMentionTarget
  type: 'all'
AltUri
  desktop?: string
AppTypeDemographic = 'ios' | 'android'
AppTypeDemographicFilter
  type: 'appType'
  oneOf?: AppTypeDemographic[]
AreaDemographic = 'jp_01' | 'jp_02' | 'jp_03' | 'jp_04' | 'jp_05' | 'jp_06' | 'jp_07' | 'jp_08' | 'jp_09' | 'jp_10' | 'jp_11' | 'jp_12' | 'jp_13' | 'jp_14' | 'jp_15' | 'jp_16' | 'jp_17' | 'jp_18' | 'jp_19' | 'jp_20' | 'jp_21' | 'jp_22' | 'jp_23' | 'jp_24' | 'jp_25' | 'jp_26' | 'jp_27' | 'jp_28' | 'jp_29' | 'jp_30' | 'jp_31' | 'jp_32' | 'jp_33' | 'jp_34' | 'jp_35' | 'jp_36' | 'jp_37' | 'jp_38' | 'jp_39' | 'jp_40' | 'jp_41' | 'jp_42' | 'jp_43' | 'jp_44' | 'jp_45' | 'jp_46' | 'jp_47' | 'tw_01' | 'tw_02' | 'tw_03' | 'tw_04' | 'tw_05' | 'tw_06' | 'tw_07' | 'tw_08' | 'tw_09' | 'tw_10' | 'tw_11' | 'tw_12' | 'tw_13' | 'tw_14' | 'tw_15' | 'tw_16' | 'tw_17' | 'tw_18' | 'tw_19' | 'tw_20' | 'tw_21' | 'tw_22' | 'th_01' | 'th_02' | 'th_03' | 'th_04' | 'th_05' | 'th_06' | 'th_07' | 'th_08' | 'id_01' | 'id_02' | 'id_03' | 'id_04' | 'id_05' | 'id_06' | 'id_07' | 'id_08' | 'id_09' | 'id_10' | 'id_11' | 'id_12'
AreaDemographicFilter
  type: 'area'
  oneOf?: AreaDemographic[]
AudienceRecipient
  type: 'audience'
  audienceGroupId?: number
AudioMessage
  quickReply?: QuickReply
  sender?: Sender
  type: 'audio'
  originalContentUrl: string
  duration: number
BroadcastRequest
  messages: Message[]
  notificationDisabled?: boolean
ButtonsTemplate
  type: 'buttons'
  thumbnailImageUrl?: string
  imageAspectRatio?: string
  imageSize?: string
  imageBackgroundColor?: string
  title?: string
  text: string
  defaultAction?: Action
  actions: Action[]
CameraAction
  label?: string
  type: 'camera'
CameraRollAction
  label?: string
  type: 'cameraRoll'
CarouselColumn
  thumbnailImageUrl?: string
  imageBackgroundColor?: string
  title?: string
  text: string
  defaultAction?: Action
  actions: Action[]
CarouselTemplate
  type: 'carousel'
  columns: CarouselColumn[]
  imageAspectRatio?: string
  imageSize?: string
ClipboardAction
  label?: string
  type: 'clipboard'
  clipboardText: string
ClipboardImagemapAction
  area: ImagemapArea
  type: 'clipboard'
  clipboardText: string
  label?: string
ConfirmTemplate
  type: 'confirm'
  text: string
  actions: Action[]
CouponMessage
  quickReply?: QuickReply
  sender?: Sender
  type: 'coupon'
  couponId: string
  deliveryTag?: string
DatetimePickerAction
  label?: string
  type: 'datetimepicker'
  data?: string
  mode?: 'date' | 'time' | 'datetime'
  initial?: string
  max?: string
  min?: string
DemographicFilter = AgeDemographicFilter | AppTypeDemographicFilter | AreaDemographicFilter | GenderDemographicFilter | OperatorDemographicFilter | SubscriptionPeriodDemographicFilter
Emoji
  index?: number
  productId?: string
  emojiId?: string
EmojiSubstitutionObject
  type: 'emoji'
  productId: string
  emojiId: string
Filter
  demographic?: DemographicFilter
FlexBlockStyle
  backgroundColor?: string
  separator?: boolean
  separatorColor?: string
FlexBox
  type: 'box'
  layout: 'horizontal' | 'vertical' | 'baseline'
  flex?: number
  contents: FlexComponent[]
  spacing?: string
  margin?: string
  position?: 'relative' | 'absolute'
  offsetTop?: string
  offsetBottom?: string
  offsetStart?: string
  offsetEnd?: string
  backgroundColor?: string
  borderColor?: string
  borderWidth?: string
  cornerRadius?: string
  width?: string
  maxWidth?: string
  height?: string
  maxHeight?: string
  paddingAll?: string
  paddingTop?: string
  paddingBottom?: string
  paddingStart?: string
  paddingEnd?: string
  action?: Action
  justifyContent?: 'center' | 'flex-start' | 'flex-end' | 'space-between' | 'space-around' | 'space-evenly'
  alignItems?: 'center' | 'flex-start' | 'flex-end'
  background?: FlexBoxBackground
FlexBoxBackground
  type: 'linearGradient'
  angle?: string
  startColor?: string
  endColor?: string
  centerColor?: string
  centerPosition?: string
FlexBubble
  type: 'bubble'
  direction?: 'ltr' | 'rtl'
  styles?: FlexBubbleStyles
  header?: FlexBox
  hero?: FlexComponent
  body?: FlexBox
  footer?: FlexBox
  size?: 'nano' | 'micro' | 'deca' | 'hecto' | 'kilo' | 'mega' | 'giga'
  action?: Action
FlexBubbleStyles
  header?: FlexBlockStyle
  hero?: FlexBlockStyle
  body?: FlexBlockStyle
  footer?: FlexBlockStyle
FlexButton
  type: 'button'
  flex?: number
  color?: string
  style?: 'primary' | 'secondary' | 'link'
  action: Action
  gravity?: 'top' | 'bottom' | 'center'
  margin?: string
  position?: 'relative' | 'absolute'
  offsetTop?: string
  offsetBottom?: string
  offsetStart?: string
  offsetEnd?: string
  height?: 'md' | 'sm'
  adjustMode?: 'shrink-to-fit'
  scaling?: boolean
FlexCarousel
  type: 'carousel'
  contents: FlexBubble[]
FlexComponent = FlexBox | FlexButton | FlexFiller | FlexIcon | FlexImage | FlexSeparator | FlexSpan | FlexText | FlexVideo
FlexContainer = FlexBubble | FlexCarousel
FlexFiller
  type: 'filler'
  flex?: number
FlexIcon
  type: 'icon'
  url: string
  size?: string
  aspectRatio?: string
  margin?: string
  position?: 'relative' | 'absolute'
  offsetTop?: string
  offsetBottom?: string
  offsetStart?: string
  offsetEnd?: string
  scaling?: boolean
FlexImage
  type: 'image'
  url: string
  flex?: number
  margin?: string
  position?: 'relative' | 'absolute'
  offsetTop?: string
  offsetBottom?: string
  offsetStart?: string
  offsetEnd?: string
  align?: 'start' | 'end' | 'center'
  gravity?: 'top' | 'bottom' | 'center'
  size?: string
  aspectRatio?: string
  aspectMode?: 'fit' | 'cover'
  backgroundColor?: string
  action?: Action
  animated?: boolean
FlexMessage
  quickReply?: QuickReply
  sender?: Sender
  type: 'flex'
  altText: string
  contents: FlexContainer
FlexSeparator
  type: 'separator'
  margin?: string
  color?: string
FlexSpan
  type: 'span'
  text?: string
  size?: string
  color?: string
  weight?: 'regular' | 'bold'
  style?: 'normal' | 'italic'
  decoration?: 'none' | 'underline' | 'line-through'
FlexText
  type: 'text'
  flex?: number
  text?: string
  size?: string
  align?: 'start' | 'end' | 'center'
  gravity?: 'top' | 'bottom' | 'center'
  color?: string
  weight?: 'regular' | 'bold'
  style?: 'normal' | 'italic'
  decoration?: 'none' | 'underline' | 'line-through'
  wrap?: boolean
  lineSpacing?: string
  margin?: string
  position?: 'relative' | 'absolute'
  offsetTop?: string
  offsetBottom?: string
  offsetStart?: string
  offsetEnd?: string
  action?: Action
  maxLines?: number
  contents?: FlexSpan[]
  adjustMode?: 'shrink-to-fit'
  scaling?: boolean
FlexVideo
  type: 'video'
  url: string
  previewUrl: string
  altContent: FlexComponent
  aspectRatio?: string
  action?: Action
GenderDemographic = 'male' | 'female'
GenderDemographicFilter
  type: 'gender'
  oneOf?: GenderDemographic[]
ImageCarouselColumn
  imageUrl: string
  action: Action
ImageCarouselTemplate
  type: 'image_carousel'
  columns: ImageCarouselColumn[]
ImageMessage
  quickReply?: QuickReply
  sender?: Sender
  type: 'image'
  originalContentUrl: string
  previewImageUrl: string
ImagemapAction = ClipboardImagemapAction | MessageImagemapAction | URIImagemapAction
ImagemapArea
  x: number
  y: number
  width: number
  height: number
ImagemapBaseSize
  height: number
  width: number
ImagemapExternalLink
  linkUri?: string
  label?: string
ImagemapMessage
  quickReply?: QuickReply
  sender?: Sender
  type: 'imagemap'
  baseUrl: string
  altText: string
  baseSize: ImagemapBaseSize
  actions: ImagemapAction[]
  video?: ImagemapVideo
ImagemapVideo
  originalContentUrl?: string
  previewImageUrl?: string
  area?: ImagemapArea
  externalLink?: ImagemapExternalLink
Limit
  max?: number
  upToRemainingQuota?: boolean
  forbidPartialDelivery?: boolean
LocationAction
  label?: string
  type: 'location'
LocationMessage
  quickReply?: QuickReply
  sender?: Sender
  type: 'location'
  title: string
  address: string
  latitude: number
  longitude: number
MarkMessagesAsReadByTokenRequest
  markAsReadToken: string
MentionSubstitutionObject
  type: 'mention'
  mentionee: MentionTarget
MentionTarget = AllMentionTarget | UserMentionTarget
Message = AudioMessage | CouponMessage | FlexMessage | ImageMessage | ImagemapMessage | LocationMessage | StickerMessage | TemplateMessage | TextMessage | TextMessageV2 | VideoMessage
MessageAction
  label?: string
  type: 'message'
  text?: string
MessageImagemapAction
  area: ImagemapArea
  type: 'message'
  text: string
  label?: string
MulticastRequest
  messages: Message[]
  to: string[]
  notificationDisabled?: boolean
  customAggregationUnits?: string[]
NarrowcastRequest
  messages: Message[]
  recipient?: Recipient
  filter?: Filter
  limit?: Limit
  notificationDisabled?: boolean
OperatorDemographicFilter
  type: 'operator'
  and?: DemographicFilter[]
  or?: DemographicFilter[]
  not?: DemographicFilter
OperatorRecipient
  type: 'operator'
  and?: Recipient[]
  or?: Recipient[]
  not?: Recipient
PostbackAction
  label?: string
  type: 'postback'
  data?: string
  displayText?: string
  text?: string
  inputOption?: 'closeRichMenu' | 'openRichMenu' | 'openKeyboard' | 'openVoice'
  fillInText?: string
PushMessageRequest
  to: string
  messages: Message[]
  notificationDisabled?: boolean
  customAggregationUnits?: string[]
QuickReply
  items?: QuickReplyItem[]
QuickReplyItem
  imageUrl?: string
  action?: Action
  type?: string
Recipient = AudienceRecipient | OperatorRecipient | RedeliveryRecipient
RedeliveryRecipient
  type: 'redelivery'
  requestId?: string
ReplyMessageRequest
  replyToken: string
  messages: Message[]
  notificationDisabled?: boolean
RichMenuSwitchAction
  label?: string
  type: 'richmenuswitch'
  data?: string
  richMenuAliasId?: string
Sender
  name?: string
  iconUrl?: string
SetWebhookEndpointRequest
  endpoint: string
ShowLoadingAnimationRequest
  chatId: string
  loadingSeconds?: number
StickerMessage
  quickReply?: QuickReply
  sender?: Sender
  type: 'sticker'
  packageId: string
  stickerId: string
  quoteToken?: string
SubscriptionPeriodDemographic = 'day_7' | 'day_30' | 'day_90' | 'day_180' | 'day_365'
SubscriptionPeriodDemographicFilter
  type: 'subscriptionPeriod'
  gte?: SubscriptionPeriodDemographic
  lt?: SubscriptionPeriodDemographic
SubstitutionObject = EmojiSubstitutionObject | MentionSubstitutionObject
Template = ButtonsTemplate | CarouselTemplate | ConfirmTemplate | ImageCarouselTemplate
TemplateMessage
  quickReply?: QuickReply
  sender?: Sender
  type: 'template'
  altText: string
  template: Template
TestWebhookEndpointRequest
  endpoint?: string
TextMessage
  quickReply?: QuickReply
  sender?: Sender
  type: 'text'
  text: string
  emojis?: Emoji[]
  quoteToken?: string
TextMessageV2
  quickReply?: QuickReply
  sender?: Sender
  type: 'textV2'
  text: string
  substitution?: {SubstitutionObject}
  quoteToken?: string
URIAction
  label?: string
  type: 'uri'
  uri?: string
  altUri?: AltUri
URIImagemapAction
  area: ImagemapArea
  type: 'uri'
  linkUri: string
  label?: string
UserMentionTarget
  type: 'user'
  userId: string
ValidateMessageRequest
  messages: Message[]
VideoMessage
  quickReply?: QuickReply
  sender?: Sender
  type: 'video'
  originalContentUrl: string
  previewImageUrl: string
  trackingId?: string
`;
