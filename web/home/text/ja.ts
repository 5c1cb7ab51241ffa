import type { HomeCatalogue } from './en.ts';

export const ja: HomeCatalogue = {
  title: 'ストアのためのステーブルコイン決済',
  lead: 'お客様はどのウォレットや取引所からでも USDT または USDC で支払えます。代金はストアに直接届き、途中で誰も預かりません。',
  demo: 'デモショップで試す',
  docs: '開発者向けドキュメント',
  picture: '決済画面のスマートフォン：コインはストアのウォレットに直接届き、ストアに通知されます。',
  step_create: 'ストアが署名付き API で決済を作成します。',
  step_pay: 'お客様がウォレット、QR コード、AllScale Pay で、対応ネットワークから支払います。',
  step_told: '代金がストアのウォレットに入り、署名付き webhook でストアに通知されます。',
  ways: 'どちらへ進みますか？',
  shoppers: 'お客様',
  shoppers_lead:
    'ご注文のお支払いは、ストアから届いたリンクを開いてください。AllScale Pay はそのためのご自身のウォレットです（残高・履歴・復元）。',
  shoppers_account: 'AllScale Pay アカウント',
  merchants: '加盟店',
  merchants_lead: 'ストアの注文、支払い、レポート、設定。ダッシュボードは英語です。',
  merchants_log_in: 'ダッシュボードにログイン',
  merchants_apply: 'ストアを申し込む',
  developers: '開発者',
  developers_lead:
    'キーの作成から webhook の検証まで 1 ページで。TypeScript と Python のクライアント付き。文書は英語です。',
  developers_start: 'クイックスタート',
  developers_reference: 'API リファレンス',
  operators: '運営者',
  operators_lead: 'この環境の加盟店、確認待ち、チェーン、監査ログ。コンソールは英語です。',
  operators_console: '運営コンソール',
};
