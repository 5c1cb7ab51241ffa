// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What a deposit address is bound to. All of it is hashed into the address, so none of it can ever change.
/// @param receiver Who is paid: the merchant.
/// @param feeReceiver Who gets the fee: the platform. Zero only when `feeRateE9` is zero.
/// @param feeRateE9 The fee in parts of 1e9 of whatever arrives; one linear rate, so the split, the order and the caller of
///        settlements cannot change what is due. A minimum fee is turned into a rate when the intent is priced.
/// @param intentId The number that the 24 hexadecimal digits of the intent's id write.
struct Terms {
    address receiver;
    address feeReceiver;
    uint32 feeRateE9;
    uint96 intentId;
}

/// @notice Deposits to settle that share everything but their intent.
/// @param token The token to move, or zero for the chain's native coin.
struct Group {
    address receiver;
    address feeReceiver;
    uint32 feeRateE9;
    address token;
    uint96[] intentIds;
}

/// @notice A merchant's order to pay a deposit to somebody else: money sent back, or a receiver that can't be paid any more.
/// @param token The token to move, or zero for the chain's native coin.
/// @param to Who is paid instead of the receiver.
/// @param amount What leaves the deposit, fee included, in the token's base units.
/// @param feeWaived Whether the fee receiver gives up its fee; it must then sign too. The receiver signs this word, so nobody
///        can drop the fee receiver's signature on the way and make a refund arrive short.
/// @param nonce Any number; tells equal orders apart.
/// @param deadline The last second (Unix time) at which the order may be carried out.
struct Release {
    address token;
    address to;
    uint256 amount;
    bool feeWaived;
    uint256 nonce;
    uint256 deadline;
}

/// @title Deposit addresses and their settlement
/// @notice Anyone may settle any deposit at any time: the terms, not the caller, decide who is paid.
interface ICheckoutFactory {
    /// @notice A deposit was emptied of a token. What left it is `paid + fee`.
    /// @dev Never credit an intent on this event: anyone can emit it with terms, a token and an intent id of their choice, and
    ///      anyone may settle between two looks. Credit inbound `Transfer` logs to the deposit address.
    event Settled(uint96 indexed intentId, address deposit, address token, uint256 paid, uint256 fee);

    /// @notice An item of a batch was left as it was. `reason` is the selector of one of the errors below.
    event Skipped(uint96 indexed intentId, address deposit, address token, bytes4 reason);

    /// @notice The fee receiver could not be paid; its fee (counted in `Settled` or `Released`) waits at `escrow`, the deposit
    ///         address of the terms {feeReceiver, 0, 0, 0}, which anyone may settle later.
    event FeeHeld(uint96 indexed intentId, address escrow, address token, uint256 fee);

    /// @notice A deposit was paid out by the receiver's signed order. What left it is `paid + fee`.
    event Released(
        uint96 indexed intentId, address deposit, address token, address to, uint256 paid, uint256 fee, bytes32 digest
    );

    /// @notice The receiver (or the target of a release) is the zero address: native coins would burn.
    error ZeroReceiver();
    /// @notice There is a fee but nobody to pay it to.
    error ZeroFeeReceiver();
    /// @notice The rate is above 1e9, more than all of it.
    error FeeRateTooHigh(uint32 feeRateE9);
    /// @notice The gas given can't carry the settlement: nothing happened, try again with more.
    error InsufficientGas();
    /// @notice A single settlement or release can't be carried out. `reason` is the selector of one of the next four.
    error NotSettled(bytes4 reason);
    /// @notice The deposit holds nothing of this token: never paid, or settled by somebody else a moment ago.
    error NothingToSettle();
    /// @notice The token does not answer `balanceOf`.
    error BalanceUnknown();
    /// @notice The deposit holds less than the order's amount.
    error BalanceTooLow();
    /// @notice The token (or the native coin's receiver) refused the payment.
    error TransferFailed();
    /// @notice The order's deadline has passed.
    error ReleaseExpired(uint256 deadline);
    /// @notice The order was carried out before.
    error ReleaseUsed(bytes32 digest);
    /// @notice `signer` did not sign this order.
    error InvalidSignature(address signer);

    /// @notice Pays one deposit out by its terms, and deploys its code if that is not there yet.
    /// @return paid What was sent to the receiver.
    /// @return fee What was sent to the fee receiver or, where that failed, to its escrow; 0 if both failed and it stayed.
    function settle(Terms calldata terms, address token) external returns (uint256 paid, uint256 fee);

    /// @notice Pays many deposits out. An item that can't be settled is skipped, so that a frozen receiver blocks nobody else.
    /// @dev At most about 200 items: EIP-7825 caps a transaction at 16.78 million gas.
    /// @return settled How many items were paid.
    function settleBatch(Group[] calldata groups) external returns (uint256 settled);

    /// @notice Carries out the receiver's signed order (EIP-712; of a key or, by ERC-1271, of a contract). The fee is due as in
    ///         a settlement, unless the fee receiver signed the order too.
    function release(
        Terms calldata terms,
        Release calldata order,
        bytes calldata receiverSignature,
        bytes calldata feeReceiverSignature
    ) external returns (uint256 paid, uint256 fee);

    /// @notice Where the money of these terms is sent; the same on every chain. Reverts for terms that can't be settled.
    function depositAddress(Terms calldata terms) external view returns (address);

    /// @notice The EIP-712 digest that the receiver, and for a waived fee the fee receiver, sign.
    function releaseDigest(Terms calldata terms, Release calldata order) external view returns (bytes32);

    /// @notice Whether the order with this digest has been carried out.
    function isReleaseUsed(bytes32 digest) external view returns (bool);

    /// @notice The code that every deposit delegates to.
    function implementation() external view returns (address);
}
