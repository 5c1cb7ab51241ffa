// 日本語
import type { WalletCatalogue } from './en.ts';

export const ja: WalletCatalogue = {
  looking: 'このブラウザーのウォレットを探しています…',
  list_label: 'ウォレット',
  none: 'このブラウザーにウォレットが見つかりません。ウォレットをインストールするか、ウォレットアプリのブラウザーでこのページを開くか、QRコードでお支払いください。',
  browser_wallet: 'ブラウザーのウォレット',
  open_in: '{{wallet}} で開く',
  walletconnect: 'WalletConnect',
  walletconnect_hint: 'ウォレットアプリで読み取ってください。',
  walletconnect_qr: 'WalletConnect の QR コード',
  walletconnect_copy: 'リンクをコピー',
  walletconnect_cancel: 'ウォレット一覧に戻る',
  connecting:
    '{{wallet}} で接続してください。このページにアカウントを見せてよいか確認されます。この操作では送金されません。',
  checking: '残高とネットワーク手数料を確認しています…',
  account: 'アカウント',
  other_wallet: '別のウォレットを使う',
  review_title: 'ウォレットにも同じ内容が表示されるはずです。',
  review_lead:
    '承認する前に見比べてください。違う内容が表示されたら、ウォレットで拒否してください。その場合は何も送金されません。',
  amount: '金額',
  network: 'ネットワーク',
  token: 'トークンのコントラクト',
  recipient: 'トークンの受取先',
  fee: 'ネットワーク手数料',
  fee_about: '約 {{fee}} {{symbol}}',
  fee_unknown: 'ウォレットに表示されます。',
  unchecked: '{{network}} から時間内に応答がなかったため、ここでは残高を確認していません。ウォレットでも確認されます。',
  pay: '{{amount}} {{coin}} を支払う',
  switch: '{{network}} に切り替える',
  switch_lead: 'ウォレットが別のネットワークになっています。お支払いは {{network}} で行う必要があります。',
  switching: 'ウォレットが {{network}} への切り替えを確認しています。',
  verifying: 'アカウントとネットワークをもう一度確認しています…',
  sending:
    '{{wallet}} で支払いを承認してください。ウィンドウが開かないときは、ウォレットを開いてリクエストを探してください。',
  sent_title: '送信しました。ネットワークに表示されるのを待っています。',
  sent_lead: '二重に支払わないでください。このページは自動的に更新されます。閉じてもかまいません。',
  sent_again: '取引が失敗した：もう一度支払う',
  sent_again_hint: 'ウォレットに失敗または破棄と表示された場合だけ使ってください。',
  transaction: '取引',
  check_again: 'もう一度確認する',
  uncertain_title: 'ウォレットが送金したかどうか分かりません。',
  uncertain_lead:
    'まずウォレットの履歴を確認してください。支払いがあれば、お待ちください。このページに自動的に表示されます。なければ何も送金されていないので、もう一度お試しいただけます。',
  uncertain_again: '履歴にない：もう一度試す',
  notice_dismissed: 'リクエストを取り消しました。何も送金されていません。',
  notice_pending:
    'ウォレットで別のリクエストが開いています。ウォレットを開いて応答してください。今回は何も送金されていません。',
  notice_unauthorized:
    'ウォレットがこのページにアカウントの使用を許可していません。ウォレットで許可してからもう一度お試しください。何も送金されていません。',
  notice_unsupported:
    'このウォレットではできません。別のウォレットか QR コードをお使いください。何も送金されていません。',
  notice_disconnected: 'ウォレットとの接続が切れました。何も送金されていません。もう一度選んでください。',
  notice_invalid:
    'ウォレットが取引を受け付けませんでした。何も送金されていません。もう一度試すか、別のウォレットをお使いください。',
  notice_no_account:
    'ウォレットからアカウントが得られませんでした。ロックを解除し、アカウントを選んでもう一度お試しください。何も送金されていません。',
  notice_connect_failed:
    'ウォレットに接続できませんでした。何も送金されていません。もう一度試すか、別のウォレットをお使いください。',
  notice_switch_dismissed: 'ネットワークの切り替えを取り消しました。何も送金されていません。',
  notice_switch_failed:
    'ウォレットが切り替わりませんでした。ウォレットでネットワークを選ぶか、別のウォレットをお使いください。何も送金されていません。',
  notice_server_away: 'サーバーが応答しませんでした。何も送金されていません。接続を確認してもう一度お試しください。',
  notice_account_changed:
    'ウォレットのアカウントが変わりました。何も送金されていません。これは現在のアカウントでのお支払いです。',
  notice_chain_changed: 'ウォレットのネットワークが変わりました。何も送金されていません。',
  notice_order_changed: 'その間にお支払い額が変わりました。何も送金されていません。新しい金額をご確認ください。',
  blocked_balanceTooSmall:
    'このアカウントの {{network}} 上の残高は {{balance}} {{coin}} で、{{needed}} 必要です。何も送金されていません。{{coin}} を追加するか、別のアカウント、コイン、ネットワークを選んでください。',
  blocked_gasTooSmall:
    'このアカウントの {{network}} 上の残高は {{balance}} {{symbol}} で、ネットワーク手数料に約 {{needed}} 必要です。何も送金されていません。{{symbol}} を追加するか、別のネットワークを選んでください。',
  blocked_chainNotAccepted:
    'このコインとネットワークは利用できなくなりました。何も送金されていません。上で別のネットワークを選んでください。',
  blocked_notPayable: 'このお支払いは受付を終了しています。ウォレットからは何も送金されていません。',
  blocked_payerRefused:
    'このアカウントからのお支払いは受け付けられません。何も送金されていません。送金しないでください。',
  blocked_screeningAway: '現在アカウントを確認できません。何も送金されていません。1分後にもう一度お試しください。',
  blocked_tooOften:
    '短い時間にアカウントの確認が繰り返されました。何も送金されていません。{{seconds}} 秒待ってからもう一度お試しください。',
};
