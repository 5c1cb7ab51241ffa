// The e-mails about accounts, teams, security, receivers and the system itself in Spanish.
import type { AccountTexts } from './en.ts';

export const accountsEs: AccountTexts = {
  'not_me.account': 'Cerrar todas las sesiones y eliminar lo que se añadió',
  'not_me.do':
    'Cerrar todas las sesiones de esa persona, revocar la clave o la invitación de este mensaje y cancelar lo que espera',

  'failing.subject': 'Fallan los webhooks de {{store}}',
  'failing.preview': 'El receptor no aceptó un evento en {{attempts}} intentos.',
  'failing.mark': 'Con fallos',
  'failing.title': 'Su receptor de webhooks no acepta eventos',
  'failing.lead':
    'No se pudo entregar un evento en {{attempts}} intentos. Cada evento se intenta durante tres días, con pausas crecientes. Los pedidos se cobran y liquidan igualmente.',
  'failing.note':
    'Este aviso se envía como mucho una vez al día, por muchos eventos que esperen. Cuando el receptor vuelva a funcionar, puede reenviar de una vez todo lo que falló.',
  'failing.subject_endpoint': 'Falla un punto de webhook de {{store}}',
  'failing.title_endpoint': 'Un punto de webhook no acepta eventos',
  'failing.note_endpoint':
    'Este aviso se envía como mucho una vez al día por cada punto. Los eventos perdidos se pueden leer con GET /v1/events.',
  'failing.open': 'Ver las entregas',

  'disabled.subject': 'Los webhooks de {{store}} están desactivados',
  'disabled.preview': 'El receptor respondió 410 Gone.',
  'disabled.mark': 'Desactivado',
  'disabled.title': 'Los webhooks están desactivados',
  'disabled.lead':
    'El receptor respondió 410 Gone, es decir, que ya no se le debe enviar nada. Los pedidos se cobran y liquidan igualmente, pero su tienda no se entera.',
  'disabled.note':
    'Guarde de nuevo la URL del webhook para activarlos; los eventos perdidos se pueden enviar entonces otra vez.',
  'disabled.subject_endpoint': 'Un punto de webhook de {{store}} está detenido',
  'disabled.title_endpoint': 'Un punto de webhook está detenido',
  'disabled.lead_endpoint':
    'El receptor respondió 410 Gone, es decir, que no quiere más eventos: a este punto ya no se envía nada. Los webhooks de pagos confirmados van a la URL de webhook de la tienda, como antes.',
  'disabled.note_endpoint':
    'Puede volver a iniciar el punto en el panel. Los eventos perdidos se pueden leer con GET /v1/events.',
  'disabled.open': 'Abrir los ajustes',

  'network_unusable.subject': '{{store}}: {{networks}} no se puede usar ahora',
  'network_unusable.preview': 'No se ofrecen pedidos nuevos allí, o los pagos no se cuentan: {{networks}}.',
  'network_unusable.mark': 'Red',
  'network_unusable.title': 'Una red no se puede usar',
  'network_unusable.off':
    '{{network}}: esta plataforma ya no la lee, así que los pedidos nuevos no se pueden pagar allí. Tampoco se leen allí los pedidos anteriores: no envíe nada.',
  'network_unusable.no_code':
    '{{network}}: su dirección de cobro es una cartera de contrato que no existe allí, así que no se ofrece en los pedidos nuevos. Despliegue la cartera allí o guarde otra dirección de cobro.',
  'network_unusable.token':
    '{{network}}: su dirección de cobro es allí el contrato de un token, que se queda con lo que recibe. Guarde otra dirección de cobro.',
  'network_unusable.changed_token':
    '{{network}}: el contrato de una moneda no es el que era. Los pagos en ella se encuentran, pero no se cuentan hasta que el operador de la plataforma lo revise.',
  'network_unusable.note':
    'Sus otras redes funcionan como antes. Recibe este mensaje una vez por cada problema. La configuración muestra cuándo se puede volver a usar una red.',

  'invitation.subject': '{{merchant}} le invita',
  'invitation.preview': 'Únase a {{merchant}} en AllScale Checkout.',
  'invitation.title': 'Tiene una invitación de {{merchant}}',
  'invitation.lead': '{{inviter}} le invita a trabajar en el panel de {{merchant}}.',
  'invitation.owner': 'Propietario: todo, también las personas y la dirección de cobro',
  'invitation.manager': 'Gestor: todo salvo las personas y la dirección de cobro',
  'invitation.viewer': 'Lector: lo ve todo, no cambia nada',
  'invitation.open': 'Aceptar la invitación',

  'reset.subject': 'Elija una contraseña nueva',
  'reset.preview': 'El enlace sirve una sola vez, hasta el {{time}}.',
  'reset.title': 'Elija una contraseña nueva',
  'reset.lead':
    'Alguien, esperamos que usted, pidió una contraseña nueva para esta dirección. Si no fue usted, no abra el enlace: su contraseña no cambia.',
  'reset.wallet':
    'La contraseña de una cuenta de AllScale Pay cierra también su monedero. Si tiene una llave de acceso o la frase de recuperación, téngala a mano.',
  'reset.open': 'Elegir una contraseña nueva',

  'verification.subject': 'Confirme su dirección de correo',
  'verification.preview': 'El enlace sirve una sola vez, hasta el {{time}}.',
  'verification.title': 'Confirme su dirección de correo',
  'verification.lead':
    'Pulse el botón para confirmar que esta dirección es suya. Si no creó ninguna cuenta, abra el enlace de todos modos: allí puede borrar el acceso que otra persona puso.',
  'verification.open': 'Confirmar la dirección',

  'new_key.subject': 'Clave de API nueva de {{store}}',
  'new_key.preview': 'Se creó la clave «{{name}}».',
  'new_key.title': 'Se creó una clave de API nueva',
  'new_key.lead':
    'Quien tenga el secreto de esta clave puede crear pedidos en nombre de {{store}}. No puede mover dinero.',
  'new_key.todo': 'Si no la creó nadie de ustedes, revóquela ahora y revise quién tiene acceso.',
  'new_key.open': 'Ver las claves',

  'new_device.subject': 'Nuevo inicio de sesión en su cuenta',
  'new_device.preview': '{{device}}, {{ip}}',
  'new_device.title': 'Inicio de sesión desde un dispositivo que no conocemos',
  'new_device.lead': 'Alguien inició sesión en su cuenta. Si fue usted, no tiene que hacer nada.',
  'new_device.todo':
    'Si no fue usted, use el enlace de abajo: cierra todas las sesiones, elimina las formas de acceso que se añadieron después, cancela los cambios que esperan y lleva a una contraseña nueva.',
  'new_device.open': 'Ver dispositivos y sesiones',

  'log_in_attempts.subject': 'Intentos fallidos de entrar en su cuenta',
  'log_in_attempts.title': 'Alguien intenta entrar en su cuenta',
  'log_in_attempts.lead_password':
    'Se introdujo {{count}} veces una contraseña incorrecta para su cuenta. Nadie ha entrado así.',
  'log_in_attempts.lead_code':
    'Alguien introdujo su contraseña y después {{count}} veces un código incorrecto. Conoce su contraseña.',
  'log_in_attempts.lead_none':
    'Alguien, quizá usted, intentó entrar en su cuenta mientras desconocidos probaban muchas cuentas aquí. No se comprobó nada.',
  'log_in_attempts.slower':
    'Cada nuevo intento desde un navegador desconocido tiene que esperar más. Usted puede entrar con una llave de acceso, desde un navegador que ya haya usado o con el enlace de abajo.',
  'log_in_attempts.todo_password':
    'Si fue usted, no tiene que hacer nada. Si no: compruebe que no usa esa contraseña en otro sitio, y active la verificación en dos pasos o añada una llave de acceso.',
  'log_in_attempts.todo_code': 'Si no fue usted: cambie ahora su contraseña.',
  'log_in_attempts.todo_none':
    'Si fue usted, abra el enlace de abajo en el navegador con el que inicia sesión. Si no, no tiene que hacer nada.',
  'log_in_attempts.let_in': 'Permitir que mi navegador inicie sesión',
  'log_in_attempts.open': 'Ver cómo inicia sesión',

  'audit_head.subject': 'Cabeza {{number}} del registro de auditoría',
  'audit_head.lead':
    'Guarde este correo. Más adelante demuestra que ninguna entrada del registro de auditoría hasta aquí fue modificada ni eliminada.',
  'audit_head.todo':
    'Para comprobarlo: guarde el correo como archivo y ejecute «admin audit verify --head ARCHIVO» en un servidor. Si falta el correo de un día, averigüe por qué.',

  'operator_alert.chain_behind': '{{network}}: no se leen los pagos ({{figure}} de retraso)',
  'operator_alert.relayer_low': '{{network}}: el gas del relayer paga {{figure}} liquidaciones más',
  'operator_alert.review_old': 'Una revisión espera desde hace {{figure}}',
  'operator_alert.dispatch_waiting': 'Hay trabajo que espera a Temporal desde hace {{figure}}',
  'operator_alert.webhooks_waiting': 'Un webhook lleva {{figure}} de retraso',
  'operator_alert.emails_waiting': '{{figure}} correos se retrasan',
  'operator_alert.settlement_failing':
    '{{network}}: hay liquidaciones que fallan o esperan, la más antigua desde hace {{figure}}',
  'operator_alert.proposal_waiting': 'Una propuesta espera a un segundo operador desde hace {{figure}}',
  'operator_alert.subject_began': 'Alerta: {{what}}',
  'operator_alert.subject_reminded': 'Sigue: {{what}}',
  'operator_alert.subject_ended': 'Terminó: {{what}}',
  'operator_alert.subject_test': 'Prueba de las alertas',
  'operator_alert.mark_began': 'Alerta',
  'operator_alert.mark_reminded': 'Sigue',
  'operator_alert.mark_ended': 'Terminó',
  'operator_alert.began': 'Empezó',
  'operator_alert.reminded': 'Desde',
  'operator_alert.ended': 'Terminó',
  'operator_alert.lead': 'Recibe un correo cuando empieza una alerta, uno al día mientras dura y uno cuando termina.',
  'operator_alert.test_lead': 'Las alertas llegan a esta dirección. No pasa nada.',
  'operator_alert.open': 'Abrir las alertas',

  'settings_changed.subject': 'Se cambió la configuración de {{store}}',
  'settings_changed.preview_receiver': 'Se cambió la dirección de cobro.',
  'settings_changed.preview_webhook': 'Se cambió la URL del webhook.',
  'settings_changed.preview_endpoint': 'Se fijó la URL de un punto de webhook.',
  'settings_changed.preview_endpoint_secret': 'Se renovó el secreto de un punto de webhook.',
  'settings_changed.mark': 'Seguridad',
  'settings_changed.title': 'Se cambió un ajuste importante',
  'settings_changed.receiver':
    'Se cambió la dirección de cobro de {{store}}, a la que se pagan los pedidos nuevos. Los que ya existen conservan la dirección con la que se crearon.',
  'settings_changed.webhook': 'Se cambió la URL del webhook de {{store}}, a la que llegan los avisos de los pedidos.',
  'settings_changed.endpoint':
    'Se fijó la URL de un punto de webhook de {{store}}. Allí se envían los avisos de sus pedidos.',
  'settings_changed.endpoint_secret':
    'Se renovó el secreto de un punto de webhook de {{store}}. Su receptor necesita el nuevo: solo con el anterior rechaza los eventos.',
  'settings_changed.todo': 'Si no lo hizo nadie de ustedes, deshaga el cambio ahora y revise quién tiene acceso.',
  'settings_changed.none': 'ninguna',
  'settings_changed.open': 'Ver la configuración',

  'change.receiver': 'Nueva dirección de cobro',
  'change.owner_invitation': 'Nuevo propietario (invitación)',
  'change.owner_role': 'Nuevo propietario (rol)',
  'change.webhook_secret': 'Nueva clave que firma webhooks',
  'change_waits.subject': '{{store}}: un cambio espera hasta {{time}}',
  'change_waits.preview': '{{change}}. Cancélelo si no está de acuerdo.',
  'change_waits.mark': 'En espera',
  'change_waits.title': 'Un cambio está en espera',
  'change_waits.lead':
    'Alguien pidió un cambio que decide adónde va el dinero de {{store}}. Entra en vigor el {{time}}, a menos que un propietario lo cancele. Hasta entonces todo sigue igual.',
  'change_waits.todo':
    'Si nadie de su equipo lo pidió, cancélelo ahora y compruebe quién tiene acceso. Para cancelarlo no hace falta iniciar sesión.',
  'change_waits.second': 'Otro propietario puede confirmarlo en el panel. Entonces entra en vigor de inmediato.',
  'change_waits.open': 'Ver y cancelar el cambio',
  'change_canceled.subject': '{{store}}: se canceló un cambio',
  'change_canceled.preview': '{{change}}. No ha cambiado nada.',
  'change_canceled.mark': 'Cancelado',
  'change_canceled.title': 'Se canceló un cambio',
  'change_canceled.lead': 'Se canceló un cambio que estaba en espera. Nada ha cambiado en {{store}}.',
  'change_canceled.open': 'Abrir el panel',
  'team_changed.subject': 'Cambió el equipo de {{store}}',
  'team_changed.mark': 'Seguridad',
  'team_changed.title': 'Cambió el equipo',
  'team_changed.invited': '{{person}} recibió una invitación al equipo de {{store}}.',
  'team_changed.joined': '{{person}} se unió al equipo de {{store}}.',
  'team_changed.role': '{{person}} tiene otro rol en el equipo de {{store}}.',
  'team_changed.removed': '{{person}} ya no pertenece al equipo de {{store}}.',
  'team_changed.todo': 'Si nadie de su equipo lo hizo, compruebe ahora quién tiene acceso.',
  'team_changed.open': 'Ver el equipo',

  'membership_changed.subject_role': 'Cambió su rol en el equipo de {{store}}',
  'membership_changed.subject_removed': 'Ya no pertenece al equipo de {{store}}',
  'membership_changed.title_role': 'Su rol cambió',
  'membership_changed.title_removed': 'Ya no forma parte del equipo',
  'membership_changed.role': 'Tiene otro rol en el equipo de {{store}}.',
  'membership_changed.removed': 'Ya no puede abrir el panel de {{store}}. Su cuenta y sus demás equipos se mantienen.',
  'membership_changed.todo': 'Si no lo esperaba, pregunte a un propietario del equipo.',
  'membership_changed.open': 'Ver el equipo',

  'activated.subject': '{{store}} está activa',
  'activated.preview': 'Ya puede recibir pagos.',
  'activated.mark': 'Activa',
  'activated.title': 'Su tienda está activa',
  'activated.lead':
    '{{store}} ya puede recibir pagos. Si queda algo por configurar (una dirección de cobro, una clave o un primer pedido de prueba), el panel lo indica.',
  'activated.open': 'Abrir el panel',

  'suspended.subject': '{{store}} está suspendida',
  'suspended.preview': 'Se rechazan los pedidos nuevos.',
  'suspended.mark': 'Suspendida',
  'suspended.title': 'Su tienda está suspendida',
  'suspended.lead':
    'Desde ahora se rechazan los pedidos nuevos de {{store}}. Los pagos en curso se siguen y se le liquidan; el panel se puede consultar.',
  'suspended.open': 'Abrir el panel',
};
