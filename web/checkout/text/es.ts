// Spanish (es).
import type { Catalogue } from './en.ts';

export const es: Catalogue = {
  'app.name': 'AllScale Checkout',

  'summary.label': 'Pedido',
  'summary.test': 'Tienda de prueba: sin dinero real',
  'summary.total': 'Total',
  'summary.order_id': 'Pedido',
  'summary.price': 'Precio',
  'summary.rate_value': '1 {{currency}} = {{rate}} {{coin}}',
  'summary.logo_alt': 'Logotipo de {{store}}',
  'summary.powered': 'Pago gestionado con AllScale. El dinero va directo a la tienda; nadie lo retiene por el camino.',

  'pay.title': 'Envía {{amount}} {{coin}}',
  'pay.title_rest': 'Envía los {{amount}} {{coin}} restantes',
  'pay.title_wallet': 'Paga {{amount}} {{coin}} desde tu monedero',
  'pay.title_wallet_rest': 'Paga los {{amount}} {{coin}} restantes desde tu monedero',
  'pay.title_allscale': 'Paga {{amount}} {{coin}} con AllScale Pay',
  'pay.title_allscale_rest': 'Paga los {{amount}} {{coin}} restantes con AllScale Pay',
  'pay.title_sent': 'Pago enviado',
  'pay.lead_sent': 'No pagues otra vez. La red mostrará el pago en un momento.',
  'pay.page_title': 'Pagar a {{store}}',
  'language.label': 'Idioma',
  'field.missing': 'Rellena este campo.',
  'field.short': 'Hacen falta al menos {{min}} caracteres.',
  'field.email': 'Esto no es un correo electrónico válido. Compruébalo.',
  'field.min': 'El valor mínimo es {{min}}.',
  'field.max': 'El valor máximo es {{max}}.',
  'field.invalid': 'Comprueba este dato.',

  'pay.loading': 'Cargando…',
  'method.needs_scripts': 'Esta forma de pago necesita JavaScript. Elige «Código QR y dirección», que funciona sin él.',
  'method.label': '¿Cómo quieres pagar?',
  'method.allscale': 'AllScale Pay',
  'method.allscale_hint': 'Inicia sesión y aprueba; antes verás la comisión de red.',
  'method.wallet': 'Monedero del navegador o del móvil',
  'method.wallet_hint': 'MetaMask, Trust Wallet y otros.',
  'method.qr': 'Código QR y dirección',
  'method.qr_hint': 'Envía desde cualquier monedero o exchange.',
  'method.allscale_short': 'AllScale Pay',
  'method.wallet_short': 'Monedero',
  'method.qr_short': 'Código QR',
  'choice.change': 'Cambiar',
  'choice.by_fee': 'Elegida para ti: la comisión de red más baja ahora',
  'choice.by_store': 'Elegida para ti: la primera opción de la tienda',
  'choice.by_wallet': 'Elegida para ti: tu monedero la cubre con la comisión más baja',
  'pay.receiver': 'Dirección de cobro',
  'pay.coin': 'Moneda',
  'pay.network': 'Red',
  'pay.show': 'Mostrar la dirección',
  'pay.qr_label': 'Código QR de la dirección de pago',
  'pay.qr_label_amount': 'Código QR de una solicitud de pago con el importe',
  'pay.qr_toggle': 'Incluir el importe en el código QR',
  'pay.qr_toggle_hint': 'No todos los monederos lo leen. Los exchanges necesitan solo la dirección.',
  'pay.network_words': '{{coin}} en {{network}}',
  'pay.network_warning': 'Envía únicamente {{coin}} y solo por la red {{network}}.',
  'pay.address': 'Dirección',
  'pay.amount': 'Importe',
  'pay.copy': 'Copiar',
  'pay.copy_address': 'Copiar la dirección',
  'pay.copy_amount': 'Copiar el importe',
  'pay.copied': 'Copiado',
  'pay.copy_failed': 'Aquí no se puede copiar: selecciona el texto.',
  'pay.exact':
    'La dirección debe recibir el importe completo; los exchanges pueden descontar una comisión, así que súmala al importe.',
  'pay.wallet_link': 'Abrir en una app de monedero',
  'pay.development_wallet': 'Pagar con el monedero de desarrollo',
  'pay.development_hint': 'Solo en cadenas locales: envía una transferencia real de tokens de prueba.',
  'pay.development_sent': 'El monedero de desarrollo ha enviado el pago. Aparecerá aquí con el próximo bloque.',
  'pay.development_failed': 'El monedero de desarrollo no ha podido pagar: {{reason}}.',

  'simulate.title': 'Simular un pago',
  'simulate.hint': 'Es una tienda de prueba: no se mueve dinero real.',
  'simulate.started': 'Iniciado. Aparecerá aquí en unos segundos.',
  'simulate.paid': 'Pagado',
  'simulate.short': 'Incompleto',
  'simulate.over': 'De más',
  'simulate.late': 'Tarde',
  'simulate.expired': 'Caducado',
  'simulate.reorganised': 'Reorganizado',
  'simulate.wrong_coin': 'Otra moneda',
  'simulate.refused.nothing_due': 'No hay nada que hacer: el pedido está pagado o ha terminado.',
  'simulate.refused.no_other_coin': 'El pedido acepta todas las monedas de sus redes.',
  'simulate.refused.unavailable': 'No hay ninguna red de prueba disponible para este pedido.',
  'simulate.refused.too_many': 'Demasiadas simulaciones. Espera un minuto.',

  'trouble.behind': '{{network}} tarda ahora en mostrar los pagos. Elige otra red si puedes.',
  'trouble.stopped': 'Ahora mismo no podemos seguir {{network}}. Elige otra red.',
  'trouble.only': 'Un pago en {{network}} se vería con retraso. Quizá prefieras esperar unos minutos.',
  'trouble.mark': 'con retraso',

  'time.minutes': 'Quedan unos {{time}}',
  'time.clock': 'Quedan {{clock}}',
  'time.five': 'Quedan cinco minutos para pagar.',
  'time.one': 'Queda un minuto para pagar.',
  'time.over': 'El plazo para pagar ha terminado.',

  'short.received': 'Recibido',
  'short.due': 'Pendiente',
  'short.lead': 'Ha llegado una parte del pago. Envía el resto desde cualquier monedero a la misma dirección.',

  'steps.label': 'Progreso del pago',
  'steps.waiting': 'En espera',
  'steps.sent': 'Enviado',
  'steps.confirming': 'Confirmando',
  'steps.confirming_count': 'Confirmando {{seen}}/{{needed}}',
  'steps.done': 'Pago completado',
  'steps.done_word': 'hecho',

  'status.waiting': 'Esperando tu pago.',
  'status.approving': 'Aprueba el pago en tu monedero.',
  'status.sent': 'El pago se ha enviado. Esperando a que aparezca en la red.',
  'status.short': '{{received}} recibidos, {{due}} {{coin}} pendientes.',
  'status.confirming': 'Tu pago se ha visto en la red y se está confirmando.',
  'status.confirming_count': 'Tu pago se ha visto: {{seen}} de {{needed}} confirmaciones.',
  'status.paid': 'Pago completado y confirmado.',
  'status.live': 'Esta página se actualiza sola; puedes cerrarla sin problema.',
  'status.polling': 'Se han interrumpido las actualizaciones en directo; la página comprueba cada pocos segundos.',

  'confirming.title': 'Pago visto, confirmando',
  'confirming.lead':
    'No tienes que hacer nada más. La red está confirmando {{amount}}; tarda entre segundos y unos minutos.',
  'confirming.finality': 'Esperando a que {{network}} haga definitivo el bloque.',

  'paid.title': 'Pago completado',
  'paid.lead': 'El pago está confirmado en la cadena. Ya puedes volver a {{store}}.',
  'paid.surplus': 'Has enviado {{surplus}} de más. Pide la diferencia a {{store}}.',
  'paid.return': 'Volver a {{store}}',
  'paid.returning': 'De vuelta a {{store}} en {{seconds}} s.',
  'paid.stay': 'Quedarse aquí',
  'paid.receipt': 'Recibo',
  'paid.part': 'Transacción {{n}} de {{total}}',

  'receiptMail.title': 'Recibo por correo',
  'receiptMail.label': 'Enviar el recibo a',
  'receiptMail.hint': 'Solo se usa para este recibo.',
  'receiptMail.send': 'Enviar el recibo',
  'receiptMail.later': 'Enviaremos el recibo cuando se confirme el pago.',
  'receiptMail.sent': 'El recibo está en camino.',
  'receiptMail.paid': 'El pago está confirmado: el recibo está en camino.',
  'receiptMail.closed': 'Aquí no se pagó nada, así que no hay recibo.',
  'receiptMail.badEmail': 'Esto no es un correo electrónico válido. Revísalo.',
  'receiptMail.tooOften': 'Demasiados intentos. Espera un minuto e inténtalo de nuevo.',
  'receiptMail.dayFull':
    'Hoy no se pueden enviar más correos a esta dirección. Imprime el recibo o inténtalo de nuevo mañana.',

  'facts.amount': 'Importe',
  'facts.network': 'Red',
  'facts.tx': 'Transacción',
  'facts.from': 'De',
  'facts.to': 'Para',
  'facts.block_time': 'Hora del bloque',
  'facts.order': 'Pedido',
  'facts.checkout': 'N.º de pago',
  'facts.copy_tx': 'Copiar el hash de la transacción',
  'facts.explorer': 'Ver en el explorador',
  'facts.confirmed_at': 'Confirmado',

  'closing.title': 'Se acabó el tiempo',
  'closing.lead':
    'No envíes nada ahora. Si enviaste el pago a tiempo, se tendrá en cuenta: estamos leyendo las redes hasta el último segundo.',
  'expired.title': 'Este pago ha caducado',
  'expired.lead': 'No envíes nada ahora. No llegó ningún pago a tiempo y no se ha cobrado nada.',
  'canceled.title': 'Este pago se ha cancelado',
  'canceled.lead': 'No envíes nada ahora. No se ha cobrado nada.',
  'underpaid.title': 'Caducado con una parte del pago',
  'underpaid.lead':
    'No envíes más. Antes de que acabara el plazo llegaron {{received}} de {{amount}} {{coin}}. Están registrados y {{store}} puede reembolsártelos.',
  'review.title': 'Una persona está revisando este pago',
  'review.lead':
    'No envíes más. El dinero que ha llegado no encaja con el pedido (fuera de plazo, otra moneda u otra red). Está a salvo: {{store}} decide si lo acepta o lo reembolsa.',
  'sendBack.title': 'Te estamos reembolsando el dinero',
  'sendBack.lead': 'No envíes más. El reembolso irá a la dirección que acordaste con {{store}}.',
  'rejected.title': 'Este pago no se ha aceptado',
  'rejected.lead':
    'No envíes nada ahora. La dirección de origen no ha superado el control. Ponte en contacto con {{store}} para hablar del dinero.',
  'failed.title': 'Algo ha fallado en este pago',
  'failed.lead':
    'No envíes nada ahora. Si se ha movido dinero, está registrado y {{store}} puede encontrarlo con el número de pedido de abajo.',
  'noNetwork.title': 'No hay ninguna red disponible',
  'noNetwork.lead':
    'Ahora mismo no se puede pagar aquí y no se ha cobrado nada. Inténtalo más tarde o pide a {{store}} otra forma de pago.',
  'elsewhere.notice':
    'Este pago se abrió primero en otro navegador. Aquí puedes verlo y pagar. Para cancelarlo o indicar una dirección, usa ese navegador o contacta con {{store}}.',
  'elsewhere.act':
    'Este pago se abrió primero en otro navegador, así que esto no es posible aquí. Puedes pagar aquí. Usa el primer navegador o contacta con {{store}}.',
  'cancel.link': 'Cancelar este pago',
  'cancel.title': '¿Cancelar este pago?',
  'cancel.lead':
    'El pago se cierra y ya no se podrá realizar. Si ya has enviado dinero, no canceles: todavía lo estamos buscando.',
  'cancel.confirm': 'Cancelar el pago',
  'cancel.back': 'Seguir pagando',
  'cancel.paymentSeen': 'Hay un pago en camino, así que ya no se puede cancelar.',
  'cancel.ended': 'Este pago ya no está pendiente, así que no hay nada que cancelar.',
  'cancel.unavailable': 'No se ha podido cancelar ahora. No ha cambiado nada; vuelve a intentarlo dentro de un minuto.',
  'cancel.pending':
    'Hemos pedido la cancelación y aún no hay respuesta. Esta página lo mostrará en cuanto se haya cancelado.',

  'claim.title': 'Ya lo he enviado',
  'claim.lead':
    'Si has enviado algo, no se ha perdido: seguimos vigilando la dirección. Pega el hash de la transacción y la buscaremos en todas las redes.',
  'claim.label': 'Hash de la transacción',
  'claim.hint': '64 letras y cifras, con o sin 0x delante; tu monedero o exchange lo muestra junto al pago.',
  'claim.check': 'Comprobar',
  'claim.checking': 'Comprobando…',
  'claim.badHash':
    'Esto no es un hash de transacción. Tiene 64 letras y cifras, con o sin 0x delante; tu monedero o exchange lo muestra junto al pago.',
  'claim.kept': 'Tu transacción queda anotada y se volverá a comprobar sola: puedes cerrar esta página.',
  'claim.tooOften': 'Espera {{time}} antes de volver a comprobarlo.',
  'claim.notFound':
    'No existe esa transacción en {{looked}}. Si acabas de enviarla, puede que aún no esté en un bloque: compruébalo dentro de un minuto. Si la enviaste por otra red, ponte en contacto con {{store}}.',
  'claim.notFound_silent': 'No hay respuesta de {{silent}}, así que podría estar ahí.',
  'claim.networksSilent':
    'Las redes no responden en este momento y no se ha podido comprobar nada. No se pierde nada: lo que enviaste se detecta solo. Vuelve a comprobarlo dentro de un minuto.',
  'claim.notMined':
    'La transacción se conoce en {{network}}, pero aún no está en un bloque. No tienes que hacer nada: contará en cuanto lo esté.',
  'claim.reverted': 'La transacción falló en {{network}}: no se movió ninguna moneda, solo se pagó la comisión de red.',
  'claim.otherToken':
    'La transacción envió otro token (contrato {{contract}} en {{network}}), que no se acepta. Un token puede llevar cualquier nombre: compara el contrato. Ponte en contacto con {{store}}.',
  'claim.nativeCoin':
    'Llegó la moneda propia de esta red: {{symbol}} en {{network}}. No paga este pedido, pero no se ha perdido: ponte en contacto con {{store}}.',
  'claim.otherRecipient': 'La transacción pagó a {{recipient}} en {{network}}, que no es la dirección de este pago.',
  'claim.noPayment': 'La transacción en {{network}} no envió a este pago ninguna moneda que podamos ver.',
  'claim.wrongNetwork':
    'Hemos encontrado {{amount}} {{coin}} en {{network}}, una red que {{store}} no acepta. Una persona decidirá qué se hace.',
  'claim.wrongCoin':
    'Hemos encontrado {{amount}} {{coin}} en {{network}}, una moneda que {{store}} no acepta. Una persona decidirá qué se hace.',
  'claim.late':
    'Hemos encontrado {{amount}} {{coin}} en {{network}}. Llegó cuando el pago ya estaba cerrado, así que una persona decidirá qué se hace.',
  'claim.secondPayment':
    'Hemos encontrado {{amount}} {{coin}} en {{network}}. El pedido ya estaba pagado, así que una persona decidirá qué se hace.',
  'claim.inReview': 'Hemos encontrado {{amount}} {{coin}} en {{network}}. Una persona lo está revisando.',
  'claim.short': 'En total hemos recibido {{received}}; faltan {{due}} {{coin}}.',
  'claim.confirming': 'Hemos encontrado {{amount}} {{coin}} en {{network}}. Contará cuando la red lo haga definitivo.',
  'claim.confirming_count':
    'Hemos encontrado {{amount}} {{coin}} en {{network}}. Tiene {{seen}} de {{needed}} confirmaciones.',
  'claim.counted': 'Hemos encontrado {{amount}} {{coin}} en {{network}}. Ya se ha contabilizado.',
  'claim.notReadYet': 'Hemos encontrado {{amount}} {{coin}} en {{network}}. Se registrará solo en un momento.',
  'claim.notReadYet_stopped':
    'Hemos encontrado {{amount}} {{coin}} en {{network}}. Ahora vamos con retraso en esta red; se registrará solo.',
  'claim.beingAdded':
    'Hemos encontrado {{amount}} {{coin}} en {{network}}. Faltaba en nuestro registro y lo estamos añadiendo; esta página lo mostrará en un momento.',

  'closed.late':
    'No envíes más. Llegaron {{received}} después de que terminara el pago. Está registrado y a salvo: {{store}} decide si lo acepta o lo reembolsa.',
  'closed.next_title': 'Qué pasa ahora:',
  'closed.next':
    '{{store}} recibió el aviso al momento y decide. Esta página se actualiza sola. Si en dos días laborables no cambia nada, contacta con {{store}} e indica el número de pedido.',
  'refund.title': 'Reembolsado',
  'updates.title': 'Novedades por correo',
  'updates.label': 'Enviar novedades a',
  'updates.hint': 'Recibirás un mensaje cuando {{store}} acepte o reembolse este dinero, y nada más.',
  'updates.send': 'Enviarme novedades',
  'updates.later': 'Guardado. Recibirás un correo cuando {{store}} haya aceptado o reembolsado este dinero.',
  'refundAddress.title': 'Adónde debe ir un reembolso',
  'refundAddress.lead':
    'Un reembolso suele ir a la dirección que envió el dinero. Si pagaste desde un exchange, indica una dirección propia: los exchanges no abonan reembolsos. Solo se puede indicar una vez; {{store}} la ve y decide.',
  'refundAddress.transfer': 'Para qué transferencia',
  'refundAddress.label': 'Tu dirección en la misma red',
  'refundAddress.repeat': 'La misma dirección otra vez',
  'refundAddress.save': 'Guardar la dirección',
  'refundAddress.given': 'Para {{amount}} en {{network}}: {{address}}. Para cambiarla, contacta con {{store}}.',
  'refundAddress.saved': 'Guardado. {{store}} ve esta dirección junto a tu pago.',
  'refundAddress.badAddress':
    'Esto no es una dirección. Empieza por 0x y sigue con 40 letras y cifras; revisa cada carácter.',
  'refundAddress.noChecksum':
    'Esta dirección está toda en minúsculas o toda en mayúsculas, lo que oculta errores. Cópiala de tu monedero.',
  'refundAddress.badChecksum': 'Un carácter de esta dirección es incorrecto. Cópiala de tu monedero.',
  'refundAddress.burn': 'Nadie tiene la clave de esta dirección: el dinero se perdería.',
  'refundAddress.system': 'Esta dirección pertenece a la propia red: el dinero se perdería.',
  'refundAddress.token':
    'Este es el contrato de una moneda, que se queda con lo que recibe. Indica la dirección de tu monedero.',
  'refundAddress.knownKey': 'La clave de esta dirección es pública: cualquiera podría llevarse el dinero.',
  'refundAddress.noCode':
    'Este monedero es un contrato que no existe en la red de esta transferencia: el dinero se perdería.',
  'refundAddress.unreachable':
    'La red no responde y no se pudo comprobar la dirección. No se ha guardado nada. Inténtalo en un minuto.',
  'refundAddress.different': 'Las dos direcciones no son iguales.',
  'refundAddress.unusable':
    'El dinero enviado a esta dirección se perdería o volvería aquí. Indica una dirección de tu propio monedero.',
  'refundAddress.noTransfer': 'Este pago no tiene esa transferencia.',
  'refundAddress.known': 'Ya se indicó otra dirección para este dinero. Para cambiarla, contacta con {{store}}.',
  'refundAddress.tooOften': 'Demasiados intentos. Espera un minuto e inténtalo de nuevo.',
  'closed.arrived': 'Lo que ha llegado',

  'support.title': '¿Tienes preguntas?',
  'support.contact': 'Contacta con {{store}}: ',
  'support.none': 'Contacta con {{store}} e indica el número de pedido o de pago.',

  'receipt.title': 'Recibo',
  'receipt.print': 'Imprimir o guardar como PDF',
  'receipt.back': 'Volver al pago',
  'receipt.note':
    'Confirmado en la cadena. El hash de la transacción es el comprobante de pago; cualquiera puede consultarlo en {{network}}.',

  'missing.title': 'Este pago no existe',
  'missing.lead':
    'El enlace puede estar incompleto o mal escrito. No se ha cobrado nada. Vuelve a la tienda y empieza el pago de nuevo.',
  'missing.page_title': 'No encontrado',
  'missing.page_lead': 'No hay nada en esta dirección.',
  'error.title': 'No se ha podido mostrar esta página',
  'error.lead':
    'El fallo es nuestro. Si ya has enviado un pago, no se ve afectado: se sigue en la red, no en esta página. Inténtalo de nuevo en un momento.',
  'error.retry': 'Reintentar',
  'ways.label': 'Otras páginas',
  'ways.start': 'Página de inicio',
  'ways.account': 'Cuenta de AllScale Pay',
  'ways.dashboard': 'Panel de comercios',
  'ways.docs': 'Documentación',
};
