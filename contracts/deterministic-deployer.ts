// The deterministic deployer (github.com/Arachnid/deterministic-deployment-proxy): called with a salt and creation code it
// runs CREATE2, so an address depends on those two only. It exists on all large public chains and on anvil.
import { concat, getCreate2Address, keccak256, type Signer } from 'ethers';

export const DETERMINISTIC_DEPLOYER = '0x4e59b44847b379578588920cA78FbF26c0B4956C';

export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}

/**
 * Deploys `initCode` (creation code and constructor arguments) unless its code is there already, and returns the address.
 * Safe to run twice and by several processes at once: the one that comes too late finds the code.
 * `onSent` runs between sending and waiting: mine a block there on a chain that mines only on demand.
 */
export const deployDeterministically = async (
  signer: Signer,
  salt: string,
  initCode: string,
  onSent?: () => Promise<unknown>,
): Promise<string> => {
  const { provider } = signer;
  if (!provider) throw new DeploymentError('The signer has no provider');
  const address = getCreate2Address(DETERMINISTIC_DEPLOYER, salt, keccak256(initCode));
  const isDeployed = async (): Promise<boolean> => (await provider.getCode(address)) !== '0x';
  if (await isDeployed()) return address;
  if ((await provider.getCode(DETERMINISTIC_DEPLOYER)) === '0x') {
    throw new DeploymentError(`This chain has no deterministic deployer at ${DETERMINISTIC_DEPLOYER}`);
  }
  try {
    const transaction = await signer.sendTransaction({ to: DETERMINISTIC_DEPLOYER, data: concat([salt, initCode]) });
    await onSent?.();
    await transaction.wait();
  } catch (cause) {
    if (!(await isDeployed())) throw new DeploymentError(`Deploying to ${address} failed`, { cause });
  }
  if (!(await isDeployed())) throw new DeploymentError(`No code at ${address} after deploying`);
  return address;
};
