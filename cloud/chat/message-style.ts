/** How messages look in a chat: balloons, Flex bubbles and what can be tapped. Wants `box-sizing: border-box`. */
export const MESSAGE_STYLE = `.balloon{background:#fff;border-radius:16px;padding:8px 12px;max-width:320px;white-space:pre-wrap;overflow-wrap:anywhere}.person .balloon{background:#8de055}
.bubble{background:#fff;border-radius:14px;overflow:hidden;max-width:100%;flex:none}.card{width:260px;padding:10px}
.carousel{display:flex;gap:8px;overflow-x:auto;align-items:flex-start}
.block{padding:16px}.block.hero{padding:0}.block.footer{padding:10px}.block.header{padding:16px 16px 0}
.box{display:flex;flex-direction:column;min-width:0;max-width:100%}.box.horizontal,.box.baseline{flex-direction:row}.box.baseline{align-items:baseline}
.box.horizontal>.text,.box.horizontal>.box,.box.baseline>.text{flex:1 1 0;min-width:0}
.text{font-size:16px;overflow-wrap:anywhere}.text.line{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}.text.wrap{white-space:pre-wrap}
.picture{display:block;width:100%;min-height:60px;background:#e5e8ec;font-size:11px;color:#888}.picture.alone{width:240px;border-radius:14px}
.icon{width:1em;height:1em}.separator{height:1px;background:#d5d8dd;align-self:stretch}.box.horizontal>.separator{height:auto;width:1px}
.video{background:#222;color:#fff;padding:30px 12px;font-size:11px;overflow-wrap:anywhere}
.flex-button{border:0;border-radius:8px;width:100%;padding:13px 8px;font-weight:600}.flex-button.sm{padding:8px}
.flex-button.link{background:none;color:#42659a}.flex-button.primary{background:#17c950;color:#fff}.flex-button.secondary{background:#dcdfe5;color:#111}
.sticker{background:#fff8;border-radius:14px;padding:30px;color:#456}
.quick-replies{display:flex;gap:6px;flex-wrap:wrap;margin-top:8px}.quick{border-radius:16px;background:#ffffffd0}
`;
