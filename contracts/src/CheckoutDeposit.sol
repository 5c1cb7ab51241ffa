// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICheckoutDeposit} from "./interfaces/ICheckoutDeposit.sol";
import {ICheckoutFactory} from "./interfaces/ICheckoutFactory.sol";
import {TokenCalls} from "./libraries/TokenCalls.sol";

/// @title The code behind every deposit address (EIP-1167 clones delegate to it)
/// @notice Has no storage and knows no terms: the factory checks those and says whom to pay. The frame of `pay` is the unit
///         that fails, so a batch needs no call to itself to undo one item.
contract CheckoutDeposit is ICheckoutDeposit {
    /// @dev Part of the code, so it holds in every clone; the factory creates this contract in its constructor.
    address private immutable FACTORY = msg.sender;

    /// @notice Native coins sent by mistake are taken, because they can be settled or sent back (token zero).
    receive() external payable {}

    /// @inheritdoc ICheckoutDeposit
    /// @dev The receiver comes first: if it can't be paid, nothing else matters.
    function pay(address token, address to, uint256 net, address feeReceiver, uint256 fee) external {
        if (msg.sender != FACTORY) revert NotFactory();
        if (!TokenCalls.send(token, to, net)) revert ICheckoutFactory.TransferFailed();
        if (!TokenCalls.send(token, feeReceiver, fee)) revert FeeTransferFailed();
    }
}
