// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title A deposit address's code: it obeys its factory, and nobody else
interface ICheckoutDeposit {
    /// @notice The caller is not the factory.
    error NotFactory();

    /// @notice Pays `net` to `to`, then `fee` to `feeReceiver`. Reverts, undoing all, if the first fails; the second may fail.
    /// @param token The token to move, or zero for the native coin.
    /// @return feePaid False if there was a fee and it could not be paid: it is still here.
    function pay(address token, address to, uint256 net, address feeReceiver, uint256 fee)
        external
        returns (bool feePaid);
}
