// Japanese (ja).
import type { Catalogue } from './en.ts';

export const ja: Catalogue = {
  'app.name': 'AllScale Checkout',
  'sentence.gap': '',

  'summary.label': 'ご注文',
  'summary.test': 'テストストア：実際のお金は動きません',
  'summary.total': '合計',
  'summary.order_id': '注文番号',
  'summary.price': '価格',
  'summary.rate_value': '1 {{currency}} = {{rate}} {{coin}}',
  'summary.logo_alt': '{{store}} のロゴ',
  'summary.powered': '決済は AllScale が提供しています。代金はストアに直接届き、途中で預かる者はいません。',

  'pay.title': '{{amount}} {{coin}} をお支払いください',
  'pay.title_rest': '残り {{amount}} {{coin}} をお支払いください',
  'pay.title_wallet': 'ウォレットから {{amount}} {{coin}} を支払う',
  'pay.title_wallet_rest': 'ウォレットから残りの {{amount}} {{coin}} を支払う',
  'pay.title_allscale': 'AllScale Pay で {{amount}} {{coin}} を支払う',
  'pay.title_allscale_rest': 'AllScale Pay で残りの {{amount}} {{coin}} を支払う',
  'pay.title_sent': '送金しました',
  'pay.lead_sent': 'もう一度支払わないでください。まもなくネットワークに表示されます。',
  'pay.page_title': '{{store}} へのお支払い',
  'language.label': '言語',
  'field.missing': '入力してください。',
  'field.short': '{{min}}文字以上で入力してください。',
  'field.email': 'メールアドレスの形式が正しくありません。ご確認ください。',
  'field.min': '{{min}} 以上の値を入力してください。',
  'field.max': '{{max}} 以下の値を入力してください。',
  'field.invalid': '入力内容をご確認ください。',

  'pay.loading': '読み込み中…',
  'method.needs_scripts':
    'このお支払い方法には JavaScript が必要です。「QR コードとアドレス」は JavaScript なしでご利用いただけます。',
  'method.label': 'お支払い方法',
  'method.allscale': 'AllScale Pay',
  'method.allscale_hint': 'ログインして承認。ネットワーク手数料は事前に表示されます。',
  'method.wallet': 'ブラウザまたはモバイルウォレット',
  'method.wallet_hint': 'MetaMask、Trust Wallet など。',
  'method.qr': 'QR コードとアドレス',
  'method.qr_hint': 'どのウォレットや取引所からでも送金できます。',
  'method.allscale_short': 'AllScale Pay',
  'method.wallet_short': 'ウォレット',
  'method.qr_short': 'QR コード',
  'choice.change': '変更',
  'choice.by_fee': '自動選択：手数料が現在最も安い',
  'choice.by_store': '自動選択：ストアの標準設定',
  'choice.by_wallet': '自動選択：残高が足り、手数料が最も低い',
  'pay.receiver': '受取アドレス',
  'pay.coin': '通貨',
  'pay.network': 'ネットワーク',
  'pay.show': 'アドレスを表示',
  'pay.qr_label': '送金先アドレスの QR コード',
  'pay.qr_label_amount': '金額を含む支払いリクエストの QR コード',
  'pay.qr_toggle': 'QR コードに金額を含める',
  'pay.qr_toggle_hint': '対応していないウォレットもあります。取引所からの送金にはアドレスのみの QR コードが必要です。',
  'pay.network_words': '{{network}} の {{coin}}',
  'pay.network_warning': '{{network}} で {{coin}} のみを送金してください。',
  'pay.address': 'アドレス',
  'pay.amount': '金額',
  'pay.copy': 'コピー',
  'pay.copy_address': 'アドレスをコピー',
  'pay.copy_amount': '金額をコピー',
  'pay.copied': 'コピーしました',
  'pay.copy_failed': 'ここではコピーできません。文字を選択してコピーしてください。',
  'pay.exact':
    'このアドレスに全額が着金する必要があります。取引所では手数料が差し引かれることがあるため、その分を上乗せしてください。',
  'pay.wallet_link': 'ウォレットアプリで開く',
  'pay.development_wallet': '開発用ウォレットで支払う',
  'pay.development_hint': 'ローカルチェーン専用：テストトークンを実際に送金します。',
  'pay.development_sent': '開発用ウォレットから送金しました。次のブロックでここに表示されます。',
  'pay.development_failed': '開発用ウォレットで支払えませんでした：{{reason}}。',

  'simulate.title': '支払いをシミュレート',
  'simulate.hint': 'これはテストストアです。実際のお金は動きません。',
  'simulate.started': '開始しました。数秒以内にここに表示されます。',
  'simulate.paid': '支払い済み',
  'simulate.short': '不足',
  'simulate.over': '過払い',
  'simulate.late': '期限後',
  'simulate.expired': '期限切れ',
  'simulate.reorganised': '再編成',
  'simulate.wrong_coin': '別のコイン',
  'simulate.refused.nothing_due': 'することがありません。この注文は支払い済みか、終了しています。',
  'simulate.refused.no_other_coin': 'この注文は、対応ネットワークのすべてのコインを受け付けます。',
  'simulate.refused.unavailable': 'この注文に使えるテストネットワークがありません。',
  'simulate.refused.too_many': 'シミュレーションが多すぎます。1分お待ちください。',

  'trouble.behind': '現在 {{network}} では支払いの表示が遅れています。できれば別のネットワークをお選びください。',
  'trouble.stopped': '現在 {{network}} を確認できません。別のネットワークをお選びください。',
  'trouble.only': '現在 {{network}} での支払いは確認が遅れます。数分お待ちになることをお勧めします。',
  'trouble.mark': '遅延中',

  'time.minutes': '残り約 {{time}}',
  'time.clock': '残り {{clock}}',
  'time.five': 'お支払い期限まであと 5 分です。',
  'time.one': 'お支払い期限まであと 1 分です。',
  'time.over': 'お支払い期限を過ぎました。',

  'short.received': '受領済み',
  'short.due': '不足額',
  'short.lead': '代金の一部が届きました。残りを同じアドレスに送金してください。どのウォレットからでもかまいません。',

  'steps.label': '支払いの進行状況',
  'steps.waiting': '支払い待ち',
  'steps.sent': '送金済み',
  'steps.confirming': '確認中',
  'steps.confirming_count': '確認中 {{seen}}/{{needed}}',
  'steps.done': '支払い完了',
  'steps.done_word': '完了',

  'status.waiting': 'お支払いをお待ちしています。',
  'status.approving': 'ウォレットで支払いを承認してください。',
  'status.sent': '送金しました。ネットワークに表示されるのを待っています。',
  'status.short': '{{received}} を受領しました。あと {{due}} {{coin}} 不足しています。',
  'status.confirming': 'ネットワーク上でお支払いを検出し、確認しています。',
  'status.confirming_count': 'お支払いを検出しました：{{seen}}/{{needed}} 回確認済み。',
  'status.paid': '支払い完了。確認が取れました。',
  'status.live': 'このページは自動で更新されます。閉じても問題ありません。',
  'status.polling': 'リアルタイム更新が中断しているため、数秒ごとに確認しています。',

  'confirming.title': 'お支払いを検出、確認中',
  'confirming.lead':
    'これ以上の操作は必要ありません。ネットワークが {{amount}} を確認しています。数秒から数分かかります。',
  'confirming.finality': '{{network}} でブロックが確定するのを待っています。',

  'paid.title': '支払い完了',
  'paid.lead': 'お支払いはチェーン上で確認されました。{{store}} にお戻りいただけます。',
  'paid.lead_close': 'お支払いはチェーン上で確認されました。このページを閉じていただけます。',
  'paid.was': 'お支払いはチェーン上で確認されました。',
  'paid.removed':
    '再送金しないでください。このお支払いのうち {{received}} を含むブロックが、確認後にネットワークで取り消されました。通常は自動で元に戻ります。{{store}} に通知済みで、{{store}} が確認しています。',
  'paid.beside': 'ほかに届いた資金',
  'paid.surplus': '{{surplus}} 多く送金されています。差額は {{store}} にお問い合わせください。',
  'paid.return': '{{store}} に戻る',
  'paid.returning': '{{seconds}} 秒後に {{store}} に戻ります。',
  'paid.stay': 'このページに残る',
  'paid.receipt': '領収書',
  'paid.part': 'トランザクション {{n}}/{{total}}',

  'receiptMail.title': '領収書をメールで受け取る',
  'receiptMail.label': '領収書の送り先',
  'receiptMail.hint': 'このお支払いに関するメールの送信だけに使います。',
  'receiptMail.send': '領収書を送る',
  'receiptMail.later': '支払いが確定すると、領収書が届きます。',
  'receiptMail.sent': '領収書を送信しました。',
  'receiptMail.paid': '支払いが確定しました。領収書をお送りします。',
  'receiptMail.closed': '支払いがなかったため、領収書はありません。',
  'receiptMail.badEmail': 'メールアドレスの形式が正しくありません。ご確認ください。',
  'receiptMail.tooOften': '試行回数が多すぎます。1分待ってからもう一度お試しください。',
  'receiptMail.dayFull':
    '本日はこのアドレスにこれ以上メールを送信できません。領収書を印刷するか、明日もう一度お試しください。',

  'facts.amount': '金額',
  'facts.network': 'ネットワーク',
  'facts.tx': 'トランザクション',
  'facts.from': '送金元',
  'facts.to': '送金先',
  'facts.block_time': 'ブロック時刻',
  'facts.order': '注文番号',
  'facts.checkout': '決済番号',
  'facts.copy_tx': 'トランザクションハッシュをコピー',
  'facts.explorer': 'エクスプローラーで見る',
  'facts.confirmed_at': '確認日時',

  'closing.title': 'お支払い期限です',
  'closing.lead':
    'これから送金しないでください。期限内に送金された場合は有効です。最後の 1 秒まで各ネットワークを確認しています。',
  'closing.lead_part':
    'これから送金しないでください。{{amount}} {{coin}} のうち {{received}} が届いています。残りを期限内に送金された場合は有効です。最後の 1 秒まで各ネットワークを確認しています。',
  'expired.title': 'この決済は期限切れです',
  'expired.lead': 'これから送金しないでください。期限内に着金はなく、請求は発生していません。',
  'expired.lead_removed':
    'これから送金しないでください。{{received}} のお支払いはネットワークで取り消され、期限内に戻りませんでした。請求は発生していません。後で戻った場合、受け入れるか返金するかは {{store}} が決定します。',
  'removed.title': 'お支払いがネットワークから取り消されました',
  'removed.lead':
    'まだ再送金しないでください。{{received}} のお支払いを含むブロックが、ネットワークで置き換えられました。通常は数分以内に自動で元に戻り、このページに表示されます。ウォレットで送金済みと表示されなくなった場合は、下からもう一度お支払いください。',
  'removed.again': '{{amount}} {{coin}} をもう一度支払う',
  'canceled.title': 'この決済はキャンセルされました',
  'canceled.lead': 'これから送金しないでください。請求は発生していません。',
  'underpaid.title': '代金の一部のみで期限切れになりました',
  'review.title': '担当者がこのお支払いを確認しています',
  'odd.stop': 'これ以上送金しないでください。',
  'odd.late': '決済の終了後に {{received}} が届きました。',
  'odd.wrongCoin': '{{received}} が届きましたが、この注文では受け付けていない通貨です。',
  'odd.wrongNetwork': '{{network}} で {{received}} が届きましたが、この注文では受け付けていないネットワークです。',
  'odd.short': '期限までに {{amount}} {{coin}} のうち {{received}} が届きました。',
  'odd.second': '注文の支払い完了後に {{received}} が届きました。',
  'odd.check': '{{received}} が届き、担当者による確認が必要です。',
  'odd.decides': '記録されており、資金は安全です。受け入れるか返金するかは {{store}} が決定します。',
  'odd.safe': '記録されており、資金は安全です。詳しくは {{store}} にお問い合わせください。',
  'odd.left':
    '{{store}} は {{received}} を確認しましたが、代金として扱いませんでした。今後の扱いは {{store}} にお問い合わせください。',
  'odd.returned': '{{store}} は {{received}} を返金しました。',
  'sendBack.title': '返金の手続き中です',
  'sendBack.lead': '{{store}} が返金の手続きをしています。ネットワークで確認されると、このページに表示されます。',
  'refund.lead':
    '{{store}} が {{received}} を返金しています。ネットワークで確認されると着金します。通常は {{store}} の送金から数分です。',
  'refund.done_lead': '{{store}} は {{received}} を返金しました。',
  'refund.prepared': '返金の準備済み（未送金）',
  'refund.sent': '返金を送金済み（未確認）',
  'refund.confirmed': '返金済み',
  'rejected.title': 'このお支払いは受け付けられませんでした',
  'rejected.lead':
    'これから送金しないでください。送金元アドレスが審査を通過しませんでした。請求は発生していません。誤りと思われる場合は {{store}} にお問い合わせください。',
  'failed.title': 'この決済で問題が発生しました',
  'failed.lead':
    'これから送金しないでください。資金が移動していれば記録されており、{{store}} が下記の注文番号から確認できます。',
  'noNetwork.title': '利用できるネットワークがありません',
  'noNetwork.lead':
    '現在ここではお支払いいただけません。請求は発生していません。後でもう一度お試しいただくか、{{store}} に別の方法をお問い合わせください。',
  'elsewhere.notice':
    'このお支払いページは、最初に別のブラウザで開かれました。ここでは内容の確認とお支払いができます。キャンセルやアドレスの入力は、そのブラウザで行うか、{{store}} にお問い合わせください。',
  'elsewhere.act':
    'このお支払いページは最初に別のブラウザで開かれたため、ここではこの操作はできません。お支払いはここでもできます。最初のブラウザをお使いになるか、{{store}} にお問い合わせください。',
  'cancel.link': '支払いをキャンセル',
  'cancel.title': 'この支払いをキャンセルしますか？',
  'cancel.lead':
    '決済は終了し、以後お支払いいただけなくなります。すでに送金された場合はキャンセルしないでください。着金を確認している途中です。',
  'cancel.confirm': 'キャンセルする',
  'cancel.back': '支払いを続ける',
  'cancel.paymentSeen': 'お支払いが届きつつあるため、この決済はキャンセルできません。',
  'cancel.ended': 'この決済はすでに支払い待ちではないため、キャンセルするものがありません。',
  'cancel.unavailable':
    '現在キャンセルできませんでした。何も変更されていません。1 分ほどしてからもう一度お試しください。',
  'cancel.pending': 'キャンセルを依頼しましたが、まだ応答がありません。キャンセルされるとこのページに表示されます。',

  'claim.title': 'すでに送金しました',
  'claim.lead':
    '送金された資金が失われることはありません。アドレスは引き続き監視されています。トランザクションハッシュを貼り付けると、すべてのネットワークで検索します。',
  'claim.label': 'トランザクションハッシュ',
  'claim.hint': '64 桁の英数字です（先頭の 0x はなくてもかまいません）。ウォレットや取引所の送金履歴に表示されます。',
  'claim.check': '確認する',
  'claim.checking': '確認中…',
  'claim.badHash':
    'トランザクションハッシュではありません。64 桁の英数字で、先頭の 0x はあってもなくてもかまいません。ウォレットや取引所の送金履歴に表示されます。',
  'claim.kept': 'トランザクションは記録され、自動的に再確認されます。このページは閉じてもかまいません。',
  'claim.tooOften': '{{time}}待ってからもう一度確認してください。',
  'claim.notFound':
    '{{looked}} にそのトランザクションはありません。送金直後の場合はまだブロックに入っていない可能性があるため、1 分後にもう一度確認してください。別のネットワークで送金された場合は {{store}} にお問い合わせください。',
  'claim.notFound_silent': '{{silent}} から応答がないため、そこにある可能性があります。',
  'claim.networksSilent':
    '現在ネットワークから応答がなく、確認できませんでした。資金は失われません。送金は自動的に検出されます。1 分後にもう一度確認してください。',
  'claim.notMined':
    'トランザクションは {{network}} に届いていますが、まだブロックに入っていません。操作は不要です。ブロックに入ると反映されます。',
  'claim.reverted':
    'トランザクションは {{network}} で失敗しました。コインは移動せず、ネットワーク手数料のみ支払われました。',
  'claim.otherToken':
    '別のトークン（{{network}} のコントラクト {{contract}}）が送金されており、受け付けできません。トークン名は自由に付けられるため、コントラクトをご確認のうえ、{{store}} にお問い合わせください。',
  'claim.nativeCoin':
    'このネットワーク自体のコイン（{{network}} の {{symbol}}）が届いています。この決済の支払いにはなりませんが、失われてはいません。{{store}} にお問い合わせください。',
  'claim.otherRecipient':
    'トランザクションの送金先は {{network}} の {{recipient}} で、この決済のアドレスではありません。',
  'claim.noPayment': '{{network}} のこのトランザクションでは、この決済への送金を確認できませんでした。',
  'claim.wrongNetwork':
    '{{network}} で {{amount}} {{coin}} を確認しましたが、{{store}} が受け付けていないネットワークです。担当者が対応を決定します。',
  'claim.wrongCoin':
    '{{network}} で {{amount}} {{coin}} を確認しましたが、{{store}} が受け付けていない通貨です。担当者が対応を決定します。',
  'claim.late':
    '{{network}} で {{amount}} {{coin}} を確認しました。決済の終了後に着金したため、担当者が対応を決定します。',
  'claim.secondPayment':
    '{{network}} で {{amount}} {{coin}} を確認しました。注文はすでに支払い済みのため、担当者が対応を決定します。',
  'claim.inReview': '{{network}} で {{amount}} {{coin}} を確認しました。担当者が確認しています。',
  'claim.returned': '{{network}} で {{amount}} {{coin}} が見つかりました。{{store}} が返金しました。',
  'claim.left':
    '{{network}} で {{amount}} {{coin}} が見つかりました。{{store}} は確認しましたが、代金として扱いませんでした。今後の扱いは {{store}} にお問い合わせください。',
  'claim.short': '合計 {{received}} を受領しました。あと {{due}} {{coin}} 不足しています。',
  'claim.confirming': '{{network}} で {{amount}} {{coin}} を確認しました。ネットワークで確定すると反映されます。',
  'claim.confirming_count': '{{network}} で {{amount}} {{coin}} を確認しました。{{seen}}/{{needed}} 回確認済みです。',
  'claim.counted': '{{network}} で {{amount}} {{coin}} を確認しました。反映済みです。',
  'claim.notReadYet': '{{network}} で {{amount}} {{coin}} を確認しました。まもなく自動的に反映されます。',
  'claim.notReadYet_stopped':
    '{{network}} で {{amount}} {{coin}} を確認しました。現在このネットワークの読み取りが遅れていますが、自動的に反映されます。',
  'claim.beingAdded':
    '{{network}} で {{amount}} {{coin}} を確認しました。記録になかったため追加しています。まもなくこのページに表示されます。',

  'closed.next_title': '今後の流れ：',
  'closed.next':
    '{{store}} に通知され、{{store}} が決定します。このページは自動で更新されます。2 営業日たっても変わらない場合は、番号 {{number}} を添えて {{store}} にお問い合わせください。',
  'updates.title': 'メールでお知らせを受け取る',
  'updates.label': 'お知らせの送り先',
  'updates.hint': '{{store}} がこの資金の扱いを決めたとき、または追加の資金が届いたときにだけお知らせします。',
  'updates.send': 'お知らせを受け取る',
  'updates.later': '保存しました。{{store}} がこの資金の扱いを決めるとメールが届きます。',
  'refundAddress.title': '返金先のアドレス',
  'refundAddress.lead':
    '返金は通常、送金元のアドレスに送られます。取引所から支払った場合は、ご自身のアドレスを入力してください。取引所は返金を口座に反映しません。入力は一度だけで、{{store}} が確認して決定します。',
  'refundAddress.transfer': '対象の送金',
  'refundAddress.label': '同じネットワークのご自身のアドレス',
  'refundAddress.repeat': 'もう一度同じアドレス',
  'refundAddress.save': 'アドレスを保存',
  'refundAddress.given': '{{network}} の {{amount}}：{{address}}。変更するには {{store}} にお問い合わせください。',
  'refundAddress.saved': '保存しました。{{store}} はお支払いとともにこのアドレスを確認できます。',
  'refundAddress.badAddress':
    'アドレスの形式ではありません。0x で始まり、その後に 40 文字の英数字が続きます。一文字ずつご確認ください。',
  'refundAddress.noChecksum':
    'このアドレスは小文字だけ、または大文字だけで、入力ミスを確認できません。ウォレットからコピーしてください。',
  'refundAddress.badChecksum': 'このアドレスには誤った文字があります。ウォレットからコピーしてください。',
  'refundAddress.burn': 'このアドレスの鍵は誰も持っていないため、資金が失われます。',
  'refundAddress.system': 'このアドレスはネットワーク自体のものであるため、資金が失われます。',
  'refundAddress.token':
    'これはトークンのコントラクトで、送った資金は戻りません。ウォレットのアドレスを入力してください。',
  'refundAddress.knownKey': 'このアドレスの鍵は公開されており、誰でも資金を取り出せます。',
  'refundAddress.noCode':
    'このウォレットはこの送金のネットワークに存在しないコントラクトであるため、資金が失われます。',
  'refundAddress.unreachable':
    'ネットワークが応答しないため、アドレスを確認できませんでした。何も保存されていません。1分後にもう一度お試しください。',
  'refundAddress.different': '二つのアドレスが一致しません。',
  'refundAddress.unusable':
    'このアドレスに送ると資金が失われるか、ここに戻ってきます。ご自身のウォレットのアドレスを入力してください。',
  'refundAddress.noTransfer': 'この決済にはその送金がありません。',
  'refundAddress.known':
    'この資金にはすでに別のアドレスが登録されています。変更するには {{store}} にお問い合わせください。',
  'refundAddress.tooOften': '試行回数が多すぎます。1分待ってからもう一度お試しください。',
  'closed.arrived': '着金済み',

  'support.title': 'ご質問は ',
  'support.contact': '{{store}} へお問い合わせください：',
  'support.none': '注文番号または決済番号を添えて、{{store}} にお問い合わせください。',

  'receipt.title': '領収書',
  'receipt.print': '印刷または PDF で保存',
  'receipt.back': '支払いページに戻る',
  'receipt.note':
    'チェーン上で確認済み。トランザクションハッシュが支払いの証明です。{{network}} で誰でも確認できます。',

  'missing.title': 'この決済は存在しません',
  'missing.lead':
    'リンクが途中で切れているか、間違っている可能性があります。請求は発生していません。ストアに戻って、もう一度お支払いの手続きをしてください。',
  'missing.page_title': '見つかりません',
  'missing.page_lead': 'このアドレスには何もありません。',
  'error.title': 'このページを表示できませんでした',
  'error.lead':
    '原因は当方にあります。すでに送金されたお支払いに影響はありません。お支払いはこのページではなくネットワーク上で確認されます。しばらくしてからもう一度お試しください。',
  'error.retry': '再試行',
  'ways.label': 'その他のページ',
  'ways.start': 'トップページ',
  'ways.account': 'AllScale Pay アカウント',
  'ways.dashboard': '加盟店ダッシュボード',
  'ways.docs': 'ドキュメント',
};
