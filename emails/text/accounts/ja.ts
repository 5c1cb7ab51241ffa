// The e-mails about accounts, teams, security, receivers and the system itself in Japanese.
import type { AccountTexts } from './en.ts';

export const accountsJa: AccountTexts = {
  'not_me.account': 'すべてログアウトし、追加されたものを削除する',
  'not_me.do': 'その人をすべての端末でログアウトし、このお知らせのキーまたは招待を取り消し、待機中の変更を取り消す',

  'failing.subject': '{{store}} の Webhook が届いていません',
  'failing.preview': '{{attempts}} 回試しましたが、受信側がイベントを受け取りませんでした。',
  'failing.mark': '失敗中',
  'failing.title': 'Webhook の受信側がイベントを受け取っていません',
  'failing.lead':
    '{{attempts}} 回試しましたが、イベントを届けられませんでした。どのイベントも、間隔を広げながら三日間試します。注文の支払いと精算は通常どおり行われます。',
  'failing.note':
    '待機中のイベントがいくつあっても、この通知は一日に一度までです。受信側の復旧後は、失敗したイベントをまとめて再送できます。',
  'failing.subject_endpoint': '{{store}} の Webhook エンドポイントに届いていません',
  'failing.title_endpoint': 'Webhook エンドポイントがイベントを受け取っていません',
  'failing.note_endpoint':
    'この通知はエンドポイントごとに一日に一度までです。届かなかったイベントは GET /v1/events で読み取れます。',
  'failing.open': '配信を確認する',

  'disabled.subject': '{{store}} の Webhook が停止しました',
  'disabled.preview': '受信側が 410 Gone を返しました。',
  'disabled.mark': '停止',
  'disabled.title': 'Webhook が停止しました',
  'disabled.lead':
    '受信側が 410 Gone を返しました。これ以上送らないでほしいという意味です。注文の支払いと精算は通常どおり行われますが、ショップには通知されません。',
  'disabled.note': 'Webhook の URLを保存し直すと再開します。届かなかったイベントはその後に再送できます。',
  'disabled.subject_endpoint': '{{store}} の Webhook エンドポイントが停止しました',
  'disabled.title_endpoint': 'Webhook エンドポイントが停止しました',
  'disabled.lead_endpoint':
    '受信側が 410 Gone を返しました。これ以上送らないでほしいという意味です。このエンドポイントには何も送られません。確認済みの支払いの Webhook は、これまでどおりストアの Webhook URL に送られます。',
  'disabled.note_endpoint':
    'エンドポイントはダッシュボードで再開できます。届かなかったイベントは GET /v1/events で読み取れます。',
  'disabled.open': '設定を開く',

  'network_unusable.subject': '{{store}}：{{networks}} は現在使用できません',
  'network_unusable.preview': '新しい注文で使用できないか、支払いが計上されません：{{networks}}。',
  'network_unusable.mark': 'ネットワーク',
  'network_unusable.title': '使用できないネットワークがあります',
  'network_unusable.off':
    '{{network}}：このプラットフォームでは読み取られなくなったため、新しい注文はこのネットワークで支払えません。以前に作成された注文も読み取られないため、送金しないでください。',
  'network_unusable.no_code':
    '{{network}}：受取アドレスはこのネットワークに存在しないコントラクトウォレットのため、新しい注文では提供されません。ウォレットをデプロイするか、別の受取アドレスを保存してください。',
  'network_unusable.token':
    '{{network}}：受取アドレスはこのネットワークではトークンのコントラクトであり、送られたものは取り出せません。別の受取アドレスを保存してください。',
  'network_unusable.changed_token':
    '{{network}}：コインのコントラクトが以前のものと異なります。支払いは検出されますが、プラットフォームの運営者が確認するまで計上されません。',
  'network_unusable.note':
    'ほかのネットワークはこれまでどおり使用できます。このお知らせは問題ごとに一度届きます。再び使用できるようになったかどうかは設定に表示されます。',

  'invitation.subject': '{{merchant}} からの招待',
  'invitation.preview': 'AllScale Checkout の {{merchant}} に参加してください。',
  'invitation.title': '{{merchant}} に招待されています',
  'invitation.lead': '{{inviter}} さんが、{{merchant}} のダッシュボードに招待しています。',
  'invitation.owner': 'オーナー：メンバーと受取アドレスを含むすべて',
  'invitation.manager': 'マネージャー：メンバーと受取アドレス以外のすべて',
  'invitation.viewer': '閲覧者：すべて閲覧でき、変更はできません',
  'invitation.open': '招待を受ける',

  'reset.subject': '新しいパスワードの設定',
  'reset.preview': 'リンクは {{time}} まで、一度だけ使えます。',
  'reset.title': '新しいパスワードを設定してください',
  'reset.lead':
    'このアドレスの新しいパスワードの設定が求められました。お心当たりがない場合は、リンクを開かないでください。パスワードは変わりません。',
  'reset.wallet':
    'AllScale Pay アカウントのパスワードは、ウォレットの鍵でもあります。パスキーまたは復元フレーズがあれば、ご用意ください。',
  'reset.open': '新しいパスワードを設定する',

  'verification.subject': 'メールアドレスの確認',
  'verification.preview': 'リンクは {{time}} まで、一度だけ使えます。',
  'verification.title': 'メールアドレスを確認してください',
  'verification.lead':
    'このアドレスがご本人のものであることを確認するため、ボタンを押してください。アカウントを作成した覚えがない場合も、リンク先で他人が設定したログイン方法を削除できます。',
  'verification.open': 'アドレスを確認する',

  'new_key.subject': '{{store}} の新しい API キー',
  'new_key.preview': 'キー「{{name}}」が作成されました。',
  'new_key.title': '新しい API キーが作成されました',
  'new_key.lead': 'このキーの秘密を持つ人は、{{store}} の名前で注文を作成できます。お金を動かすことはできません。',
  'new_key.todo': 'どなたも作成していない場合は、すぐに失効させ、アクセスできる人を確認してください。',
  'new_key.open': 'キーを確認する',

  'new_device.subject': 'アカウントへの新しいログイン',
  'new_device.preview': '{{device}}、{{ip}}',
  'new_device.title': '初めての端末からログインがありました',
  'new_device.lead': 'アカウントへのログインがありました。ご本人であれば、何もする必要はありません。',
  'new_device.todo':
    'お心当たりがない場合は、下のリンクをご利用ください。すべての端末がログアウトされ、その後に追加されたログイン方法が削除され、待機中の変更が取り消され、新しいパスワードの設定に進みます。',
  'new_device.open': '端末とセッションを確認する',

  'log_in_attempts.subject': 'アカウントへのログインの失敗',
  'log_in_attempts.title': 'アカウントへのログインが試みられています',
  'log_in_attempts.lead_password':
    'お使いのアカウントに、誤ったパスワードが {{count}} 回入力されました。これによるログインはありませんでした。',
  'log_in_attempts.lead_code':
    'パスワードが正しく入力されたあと、誤ったコードが {{count}} 回入力されました。第三者がパスワードを知っています。',
  'log_in_attempts.lead_none':
    '見知らぬ者が多くのアカウントを試している間に、どなたか（ご本人かもしれません）があなたのアカウントにログインしようとしました。何も確認されていません。',
  'log_in_attempts.slower':
    '見知らぬブラウザーからの試行は、回を重ねるごとに待ち時間が長くなります。パスキー、以前に使ったブラウザー、または下のリンクからは、引き続きログインできます。',
  'log_in_attempts.todo_password':
    'ご本人であれば、何もする必要はありません。お心当たりがない場合は、同じパスワードをほかで使っていないことを確認し、二要素認証を有効にするか、パスキーを追加してください。',
  'log_in_attempts.todo_code': 'お心当たりがない場合は、すぐにパスワードを変更してください。',
  'log_in_attempts.todo_none':
    'ご本人であれば、ログインに使うブラウザーで下のリンクを開いてください。そうでない場合は、何もする必要はありません。',
  'log_in_attempts.let_in': '自分のブラウザーを許可する',
  'log_in_attempts.open': 'ログイン方法を確認する',

  'audit_head.subject': '監査ログのヘッド {{number}}',
  'audit_head.lead':
    'このメールを保管してください。ここまでの監査ログの項目が変更も削除もされていないことを、あとで証明できます。',
  'audit_head.todo':
    '確認するには、メールをファイルに保存し、サーバーで「admin audit verify --head FILE」を実行してください。ある日のメールが届かない場合は、原因を調べてください。',

  'operator_alert.chain_behind': '{{network}}：支払いを読み取れていません（{{figure}} の遅れ）',
  'operator_alert.relayer_low': '{{network}}：リレイヤーのガスはあと {{figure}} 件の精算分です',
  'operator_alert.review_old': '確認待ちが {{figure}} 続いています',
  'operator_alert.dispatch_waiting': 'Temporal を待つ処理が {{figure}} 続いています',
  'operator_alert.webhooks_waiting': 'Webhook が {{figure}} 遅れています',
  'operator_alert.emails_waiting': '{{figure}} 通のメールが遅れています',
  'operator_alert.settlement_failing': '{{network}}：精算が失敗または待機中です（最長 {{figure}}）',
  'operator_alert.proposal_waiting': '提案が二人目のオペレーターの確認を {{figure}} 待っています',
  'operator_alert.subject_began': 'アラート：{{what}}',
  'operator_alert.subject_reminded': '継続中：{{what}}',
  'operator_alert.subject_ended': '解消：{{what}}',
  'operator_alert.subject_test': 'アラートのテスト',
  'operator_alert.mark_began': 'アラート',
  'operator_alert.mark_reminded': '継続中',
  'operator_alert.mark_ended': '解消',
  'operator_alert.began': '開始',
  'operator_alert.reminded': '開始',
  'operator_alert.ended': '解消',
  'operator_alert.lead': 'アラートの開始時に1通、続く間は1日1通、解消時に1通のメールが届きます。',
  'operator_alert.test_lead': 'このアドレスにアラートが届きます。問題は起きていません。',
  'operator_alert.open': 'アラートを開く',

  'settings_changed.subject': '{{store}} の設定が変更されました',
  'settings_changed.preview_receiver': '受取アドレスが変更されました。',
  'settings_changed.preview_webhook': 'Webhook URL が変更されました。',
  'settings_changed.preview_endpoint': 'Webhook エンドポイントの URL が設定されました。',
  'settings_changed.preview_endpoint_secret': 'Webhook エンドポイントのシークレットが更新されました。',
  'settings_changed.mark': 'セキュリティ',
  'settings_changed.title': '重要な設定が変更されました',
  'settings_changed.receiver':
    '{{store}} の受取アドレスが変更されました。新しい注文の支払い先となるアドレスです。既存の注文は、作成時のアドレスのままです。',
  'settings_changed.webhook': '{{store}} の Webhook URL が変更されました。ショップが注文の通知を受け取る URL です。',
  'settings_changed.endpoint':
    '{{store}} の Webhook エンドポイントの URL が設定されました。注文の通知がそこに送られます。',
  'settings_changed.endpoint_secret':
    '{{store}} の Webhook エンドポイントのシークレットが更新されました。受信側に新しいシークレットが必要です。以前のものだけでは、イベントが拒否されます。',
  'settings_changed.todo': 'どなたも変更していない場合は、すぐに元に戻し、アクセスできる人を確認してください。',
  'settings_changed.none': 'なし',
  'settings_changed.open': '設定を確認する',

  'change.receiver': '新しい受取アドレス',
  'change.owner_invitation': '新しいオーナー（招待）',
  'change.owner_role': '新しいオーナー（権限）',
  'change.webhook_secret': 'Webhook に署名する新しいキー',
  'change_waits.subject': '{{store}}：変更は {{time}} まで保留中です',
  'change_waits.preview': '{{change}}。同意しない場合は取り消してください。',
  'change_waits.mark': '保留中',
  'change_waits.title': '変更が保留されています',
  'change_waits.lead':
    '{{store}} の入金先を左右する変更が申請されました。オーナーが取り消さない限り、{{time}} に適用されます。それまでは何も変わりません。',
  'change_waits.todo':
    'チームの誰も申請していない場合は、今すぐ取り消し、アクセス権を持つ人を確認してください。取り消しにログインは不要です。',
  'change_waits.second': '別のオーナーがダッシュボードで承認すると、すぐに適用されます。',
  'change_waits.open': '変更を確認して取り消す',
  'change_canceled.subject': '{{store}}：変更が取り消されました',
  'change_canceled.preview': '{{change}}。何も変わっていません。',
  'change_canceled.mark': '取り消し済み',
  'change_canceled.title': '変更が取り消されました',
  'change_canceled.lead': '保留中の変更が取り消されました。{{store}} には何の変更もありません。',
  'change_canceled.open': 'ダッシュボードを開く',
  'team_changed.subject': '{{store}} のチームが変更されました',
  'team_changed.mark': 'セキュリティ',
  'team_changed.title': 'チームが変更されました',
  'team_changed.invited': '{{person}} が {{store}} のチームに招待されました。',
  'team_changed.joined': '{{person}} が {{store}} のチームに参加しました。',
  'team_changed.role': '{{store}} のチームで {{person}} の権限が変わりました。',
  'team_changed.removed': '{{person}} は {{store}} のチームから外れました。',
  'team_changed.todo': 'チームの誰も行っていない場合は、アクセス権を持つ人を今すぐ確認してください。',
  'team_changed.open': 'チームを見る',

  'membership_changed.subject_role': '{{store}} のチームでの権限が変わりました',
  'membership_changed.subject_removed': '{{store}} のチームから外れました',
  'membership_changed.title_role': '権限が変わりました',
  'membership_changed.title_removed': 'チームから外れました',
  'membership_changed.role': '{{store}} のチームでのお客様の権限が変わりました。',
  'membership_changed.removed':
    '{{store}} のダッシュボードは開けなくなりました。アカウントと、ほかのチームはそのままです。',
  'membership_changed.todo': '心当たりがない場合は、チームのオーナーにお問い合わせください。',
  'membership_changed.open': 'チームを見る',

  'activated.subject': '{{store}} が有効になりました',
  'activated.preview': '支払いを受け取れるようになりました。',
  'activated.mark': '有効',
  'activated.title': 'ストアが有効になりました',
  'activated.lead':
    '{{store}} で支払いを受け取れます。残りの準備（受取アドレス、キー、最初のテスト注文）があれば、ダッシュボードに表示されます。',
  'activated.open': 'ダッシュボードを開く',

  'suspended.subject': '{{store}} が停止されました',
  'suspended.preview': '新しい注文は拒否されます。',
  'suspended.mark': '停止',
  'suspended.title': 'ストアが停止されました',
  'suspended.lead':
    '今後、{{store}} の新しい注文は拒否されます。進行中の支払いは引き続き処理され、精算されます。ダッシュボードは閲覧できます。',
  'suspended.open': 'ダッシュボードを開く',
};
