// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICheckoutFactory} from "../interfaces/ICheckoutFactory.sol";

/// @title Calls to tokens that nobody vouches for
/// @notice A deposit can be sent any token, so a token may burn all gas, return megabytes, return nothing or lie. Each call
///         is given a capped amount of gas and at most one word of its answer is copied. Token zero is the native coin.
/// @dev A transfer that fails counts as failed only if it had its full share of gas; otherwise the caller starved it, by
///      accident (`eth_estimateGas` looks for the least gas that "succeeds") or to evade a fee, and everything reverts.
library TokenCalls {
    /// @dev The most that one call to a token may use: five times what USDT's costliest transfer does.
    uint256 internal constant CALL_GAS = 250_000;

    /// @dev What must be left before a call for it to be given CALL_GAS: EIP-150 keeps back a 64th, and the call itself costs
    ///      up to 2,600 (cold account) + 9,000 (value) + 25,000 (new account).
    uint256 private constant FULL_SHARE = CALL_GAS + CALL_GAS / 63 + 40_000;

    /// @dev The caller sees to it that there is gas for it.
    /// @return known False if the token has no code or does not answer with a word; `units` then means nothing.
    function balanceOf(address token, address account) internal view returns (bool known, uint256 units) {
        if (token == address(0)) return (true, account.balance);
        assembly ("memory-safe") {
            // The selector of balanceOf(address), at the end of the first word of scratch space.
            mstore(0x00, 0x70a08231)
            mstore(0x20, account)
            known := staticcall(CALL_GAS, token, 0x1c, 0x24, 0x00, 0x20)
            // An address without code succeeds and returns nothing.
            known := and(known, gt(returndatasize(), 0x1f))
            units := mload(0x00)
        }
    }

    /// @dev For a token that has answered `balanceOf`, and so has code: without, saying nothing would pass for success.
    /// @return ok Whether the token took the order: it did not revert, and returned true or nothing at all (USDT).
    function send(address token, address to, uint256 amount) internal returns (bool ok) {
        if (amount == 0) return true;
        uint256 available = gasleft();
        if (token == address(0)) {
            assembly ("memory-safe") {
                ok := call(CALL_GAS, to, amount, 0x00, 0x00, 0x00, 0x00)
            }
        } else {
            assembly ("memory-safe") {
                let input := mload(0x40)
                // The selector of transfer(address,uint256).
                mstore(input, 0xa9059cbb)
                mstore(add(input, 0x20), to)
                mstore(add(input, 0x40), amount)
                ok := call(CALL_GAS, token, 0, add(input, 0x1c), 0x44, 0x00, 0x20)
                if returndatasize() {
                    ok := and(ok, and(gt(returndatasize(), 0x1f), eq(mload(0x00), 1)))
                }
            }
        }
        if (!ok && available < FULL_SHARE) revert ICheckoutFactory.InsufficientGas();
    }
}
