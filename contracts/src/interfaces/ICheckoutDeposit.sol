// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title A deposit address's code: it obeys its factory, and nobody else
interface ICheckoutDeposit {
    /// @notice The caller is not the factory.
    error NotFactory();

    /// @notice The receiver could be paid, the fee receiver could not.
    error FeeTransferFailed();

    /// @notice Pays `net` to `to`, then `fee` to `feeReceiver`: both, or reverts with TransferFailed or FeeTransferFailed.
    /// @param token The token to move, or zero for the native coin.
    function pay(address token, address to, uint256 net, address feeReceiver, uint256 fee) external;
}
