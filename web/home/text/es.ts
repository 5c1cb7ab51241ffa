import type { HomeCatalogue } from './en.ts';

export const es: HomeCatalogue = {
  title: 'Pagos con stablecoins para tiendas',
  lead: 'Los clientes pagan en USDT o USDC desde cualquier monedero o exchange. El dinero va directo al comercio; nadie lo retiene por el camino.',
  demo: 'Pruébalo en la tienda de demostración',
  docs: 'Documentación para desarrolladores',
  picture: 'Un teléfono con un pago: la moneda va directa al monedero del comercio y la tienda recibe un aviso.',
  step_create: 'La tienda crea un pago con una API firmada.',
  step_pay: 'El cliente paga con monedero, código QR o AllScale Pay, en cualquier red compatible.',
  step_told: 'El dinero está en el monedero del comercio y un webhook firmado avisa a la tienda.',
  ways: '¿Adónde quieres ir?',
  shoppers: 'Clientes',
  shoppers_lead:
    'Para pagar un pedido, abre el enlace que te dio la tienda. AllScale Pay es tu propio monedero para ello: saldos, historial y recuperación.',
  shoppers_account: 'Tu cuenta de AllScale Pay',
  merchants: 'Comercios',
  merchants_lead: 'Pedidos, pagos, informes y ajustes de tus tiendas. El panel está en inglés.',
  merchants_log_in: 'Entrar en el panel',
  merchants_apply: 'Solicitar una tienda',
  developers: 'Desarrolladores',
  developers_lead:
    'De una clave a un webhook verificado en una página, con clientes para TypeScript y Python. En inglés.',
  developers_start: 'Inicio rápido',
  developers_reference: 'Referencia de la API',
  operators: 'Operadores',
  operators_lead:
    'Comercios, revisiones, redes y registro de auditoría de esta instalación. La consola está en inglés.',
  operators_console: 'Consola del operador',
};
