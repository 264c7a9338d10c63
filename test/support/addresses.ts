/** Addresses as RFC 5321 4.1.2 allows them and not every mailbox has them. */
export const DOT_STRINGS = [
  'r&d@field.example',
  'customer/department=shipping@field.example',
  'a+list~/@field.example',
  'bounce=user@field.example',
  '{x}@field.example',
  "!#$%&'*+/=?^_`{|}~-@field.example",
];
