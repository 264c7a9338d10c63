-- Asks Sallyport about the token of a request, as auth_request of nginx does (docs/verifying-tokens.md). HAProxy 2.6 or newer.
--   http-request lua.verify_token http://sallyport:4000/verify-token?scope=orders:read

-- What a service is told of the user.
local TOLD = {
  'X-Auth-User',
  'X-Auth-Client',
  'X-Auth-Session',
  'X-Auth-Roles',
  'X-Auth-Scope',
  'X-Auth-Amr',
  'X-Auth-Acr',
  'X-Auth-Time',
  'X-Auth-Impersonator',
}

local function refuse(txn, status, challenge)
  local reply = txn:reply({ status = status })
  if challenge then reply:add_header('WWW-Authenticate', challenge) end
  txn:done(reply)
end

core.register_action('verify_token', { 'http-req' }, function(txn, address)
  local given = txn.http:req_get_headers()
  -- A client can send such headers too. Many services take X_Auth_User for the same header.
  for name in pairs(given) do
    if name:gsub('_', '-'):find('^x%-auth%-') then txn.http:req_del_header(name) end
  end
  -- Every value: with two of them Sallyport refuses, since a service could read the other one.
  local authorization = {}
  for _, value in pairs(given['authorization'] or {}) do
    table.insert(authorization, value)
  end
  local answer = core.httpclient():get({ url = address, headers = { authorization = authorization }, timeout = 1000 })
  local status = answer and answer.status or 0
  local headers = answer and answer.headers or {}
  if status == 400 or status == 401 or status == 403 then return refuse(txn, status, (headers['www-authenticate'] or {})[0]) end
  if status ~= 200 then return refuse(txn, 503) end
  for _, name in ipairs(TOLD) do
    local told = headers[name:lower()]
    if told then txn.http:req_set_header(name, told[0]) end
  end
end, 1)
