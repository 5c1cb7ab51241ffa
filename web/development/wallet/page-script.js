// The development wallet in the page. It announces itself by EIP-6963, asks its owner in a dialog, as an extension would, and lets the
// local chains' nodes sign. plugin.ts serves this file unchanged, in development only; it is not part of the pages' build.
(() => {
  const RPC = '/development-wallet/rpc';
  const CHAIN_KEY = 'development-wallet.chain';
  const ICON =
    'data:image/svg+xml,' +
    encodeURIComponent(
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><rect width="28" height="28" rx="6" fill="#465264"/><path d="M7 10h14v9H7zM7 10l3-3h8l3 3" fill="none" stroke="#fff" stroke-width="1.8"/><circle cx="17.5" cy="14.5" r="1.4" fill="#fff"/></svg>',
    );

  const listeners = new Map();
  const emit = (event, value) => {
    for (const listener of listeners.get(event) ?? []) listener(value);
  };
  const rpcError = (code, message) => Object.assign(new Error(message), { code });

  const callServer = async (method, params) => {
    const response = await fetch(RPC, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ method, params }),
    });
    const reply = await response.json();
    if (reply.error) throw rpcError(reply.error.code, reply.error.message);
    return reply.result;
  };

  /** The server's chains, read once: `[{ chainId, name, account, tokens: [{ address, symbol, decimals }] }]`. */
  let chains;
  const readChains = async () => {
    chains ??= await callServer('chains', []);
    return chains;
  };
  let connected = false;
  const currentChain = async () => {
    const all = await readChains();
    const kept = Number(sessionStorage.getItem(CHAIN_KEY));
    return all.find(({ chainId }) => chainId === kept) ?? all[0];
  };

  const element = (tag, style, text) => {
    const made = document.createElement(tag);
    // Property by property: the page's content security policy blocks style attributes.
    Object.assign(made.style, style);
    if (text) made.textContent = text;
    return made;
  };

  /** Resolves to true for the confirm button, else to false. */
  const confirmInDialog = (title, facts, yes) =>
    new Promise((resolve) => {
      const dialog = element('dialog', { maxWidth: '26rem', padding: '1.25rem', borderRadius: '12px' });
      dialog.setAttribute('aria-labelledby', 'development-wallet-title');
      const heading = element('h2', { fontWeight: '600', fontSize: '1.125rem' }, title);
      heading.id = 'development-wallet-title';
      const list = element('dl', { margin: '0.75rem 0' });
      for (const [name, value] of facts) {
        list.append(element('dt', { fontSize: '0.875rem' }, name));
        list.append(element('dd', { fontWeight: '600', overflowWrap: 'anywhere' }, value));
      }
      const buttons = element('div', { display: 'flex', gap: '0.75rem', marginTop: '1rem' });
      const accept = element('button', {}, yes);
      accept.className = 'button button-primary';
      const reject = element('button', {}, 'Reject');
      reject.className = 'button';
      accept.addEventListener('click', () => dialog.close('yes'));
      reject.addEventListener('click', () => dialog.close('no'));
      dialog.addEventListener('close', () => {
        dialog.remove();
        resolve(dialog.returnValue === 'yes');
      });
      buttons.append(accept, reject);
      const note = element(
        'p',
        { fontSize: '0.875rem' },
        'Development wallet: test tokens on local chains, worth nothing.',
      );
      dialog.append(heading, note, list, buttons);
      document.body.append(dialog);
      dialog.showModal();
    });
  const confirmOrReject = async (...question) => {
    if (!(await confirmInDialog(...question))) throw rpcError(4001, 'The owner of the wallet rejected the request');
  };

  /** A transfer's facts, decoded from the calldata: a wallet must not trust the page's text. */
  const factsOf = (chain, { to, data }) => {
    const token = chain.tokens.find(({ address }) => address.toLowerCase() === String(to).toLowerCase());
    if (!token || !/^0xa9059cbb[0-9a-f]{128}$/.test(data)) throw rpcError(-32602, 'Only transfers of the local coins');
    const digits = BigInt(`0x${data.slice(74)}`)
      .toString()
      .padStart(token.decimals + 1, '0');
    const fraction = digits.slice(-token.decimals).replace(/0+$/, '').padEnd(4, '0');
    return [
      ['Amount', `${digits.slice(0, -token.decimals)}.${fraction} ${token.symbol}`],
      ['Network', chain.name],
      ['Recipient', `0x${data.slice(34, 74)}`],
      ['Token contract', token.address],
    ];
  };

  const methods = {
    async eth_requestAccounts() {
      const chain = await currentChain();
      if (!connected) {
        await confirmOrReject('Connect to this page?', [['Account', chain.account]], 'Connect');
        // Fills an empty account, so that the first payment succeeds.
        await callServer('fill', []);
        connected = true;
      }
      return [chain.account];
    },
    eth_accounts: async () => (connected ? [(await currentChain()).account] : []),
    eth_chainId: async () => `0x${(await currentChain()).chainId.toString(16)}`,
    async wallet_switchEthereumChain([{ chainId }]) {
      const wanted = (await readChains()).find((chain) => chain.chainId === Number(chainId));
      if (!wanted) throw rpcError(4902, 'The development wallet supports only local chains');
      await confirmOrReject('Switch network?', [['Network', wanted.name]], 'Switch');
      sessionStorage.setItem(CHAIN_KEY, String(wanted.chainId));
      emit('chainChanged', chainId);
      return null;
    },
    async eth_sendTransaction([transaction]) {
      const chain = await currentChain();
      if (!connected) throw rpcError(4100, 'Connect first');
      if (Number(transaction.chainId) !== chain.chainId)
        throw rpcError(-32602, 'The transaction is for another network');
      await confirmOrReject('Send this payment?', factsOf(chain, transaction), 'Approve');
      return await callServer('send', [transaction]);
    },
  };

  const provider = Object.freeze({
    async request({ method, params }) {
      const run = Object.hasOwn(methods, method) ? methods[method] : undefined;
      if (!run) throw rpcError(4200, `The development wallet has no ${method}`);
      return await run(params ?? []);
    },
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
    },
    removeListener(event, listener) {
      listeners.set(
        event,
        (listeners.get(event) ?? []).filter((other) => other !== listener),
      );
    },
  });
  const info = Object.freeze({
    uuid: crypto.randomUUID?.() ?? `development-${Date.now()}`,
    name: 'Development wallet',
    icon: ICON,
    rdns: 'local.checkout.development-wallet',
  });
  const announce = () =>
    dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info, provider }) }));
  addEventListener('eip6963:requestProvider', announce);
  announce();
})();
