// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {CheckoutDeposit} from "./CheckoutDeposit.sol";
import {ICheckoutDeposit} from "./interfaces/ICheckoutDeposit.sol";
import {Group, ICheckoutFactory, Release, Terms} from "./interfaces/ICheckoutFactory.sol";
import {TokenCalls} from "./libraries/TokenCalls.sol";

/// @title Deposit addresses and their settlement
/// @notice No owner, no upgrade, no pause, no money of its own. A deposit address is the CREATE2 address of a clone whose salt
///         hashes the terms; the terms come back as calldata, and if they are not the right ones the address is another.
contract CheckoutFactory is ICheckoutFactory, EIP712, ReentrancyGuardTransient {
    /// @dev The fee rate that would be all of the money.
    uint256 private constant WHOLE = 1e9;

    /// @dev What an item may need: a token call, the deployment (41,000) and what the calls of a usual token use before.
    uint256 private constant ITEM_GAS = (TokenCalls.CALL_GAS + 150_000) * 64 / 63;

    bytes32 private constant RELEASE_TYPEHASH = keccak256(
        "Release(address deposit,address token,address to,uint256 amount,bool feeWaived,uint256 nonce,uint256 deadline)"
    );

    /// @inheritdoc ICheckoutFactory
    address public immutable implementation;

    /// @inheritdoc ICheckoutFactory
    mapping(bytes32 digest => bool used) public isReleaseUsed;

    /// @dev Of the clone's creation code; OpenZeppelin's own prediction hashes that again for each item.
    bytes32 private immutable CLONE_CODE_HASH;

    constructor() EIP712("AllScale Checkout", "1") {
        implementation = address(new CheckoutDeposit());
        CLONE_CODE_HASH = keccak256(
            abi.encodePacked(
                hex"3d602d80600a3d3981f3363d3d373d3d3d363d73", implementation, hex"5af43d82803e903d91602b57fd5bf3"
            )
        );
    }

    /// @inheritdoc ICheckoutFactory
    function settle(Terms memory terms, address token) external nonReentrant returns (uint256 paid, uint256 fee) {
        _requireSound(terms);
        bytes4 failure;
        (, failure, paid, fee) = _settle(terms, token);
        if (failure != 0) revert NotSettled(failure);
    }

    /// @inheritdoc ICheckoutFactory
    function settleBatch(Group[] calldata groups) external nonReentrant returns (uint256 settled) {
        for (uint256 g = 0; g < groups.length; ++g) {
            Group calldata group = groups[g];
            Terms memory terms = Terms(group.receiver, group.feeReceiver, group.feeRateE9, 0);
            _requireSound(terms);
            address token = group.token;
            uint96[] calldata intentIds = group.intentIds;
            for (uint256 i = 0; i < intentIds.length; ++i) {
                terms.intentId = intentIds[i];
                (address deposit, bytes4 failure,,) = _settle(terms, token);
                if (failure == 0) {
                    unchecked {
                        ++settled;
                    }
                } else {
                    emit Skipped(terms.intentId, deposit, token, failure);
                }
            }
        }
    }

    /// @inheritdoc ICheckoutFactory
    function release(
        Terms memory terms,
        Release calldata order,
        bytes calldata receiverSignature,
        bytes calldata feeReceiverSignature
    ) external nonReentrant returns (uint256 paid, uint256 fee) {
        _requireSound(terms);
        if (order.to == address(0)) revert ZeroReceiver();
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp > order.deadline) revert ReleaseExpired(order.deadline);
        (address deposit, bytes32 salt) = _locate(terms);
        bytes32 digest = _releaseDigest(deposit, order);
        if (isReleaseUsed[digest]) revert ReleaseUsed(digest);
        isReleaseUsed[digest] = true;
        _requireSigned(terms.receiver, digest, receiverSignature);
        // With more than there is, the net amount could take it all and leave nothing for the fee.
        (bool known, uint256 balance) = TokenCalls.balanceOf(order.token, deposit);
        if (!known) revert NotSettled(BalanceUnknown.selector);
        if (balance < order.amount) revert NotSettled(BalanceTooLow.selector);
        // Without this a merchant would evade every fee by releasing to itself.
        if (order.feeWaived) _requireSigned(terms.feeReceiver, digest, feeReceiverSignature);
        else fee = _feeOf(order.amount, terms.feeRateE9);

        _deployOnce(deposit, salt);
        paid = order.amount - fee;
        bytes4 failure;
        (failure, fee) = _pay(deposit, order.token, order.to, paid, terms, fee);
        if (failure != 0) revert NotSettled(failure);
        emit Released(terms.intentId, deposit, order.token, order.to, paid, fee, digest);
    }

    /// @inheritdoc ICheckoutFactory
    function depositAddress(Terms memory terms) external view returns (address deposit) {
        _requireSound(terms);
        (deposit,) = _locate(terms);
    }

    /// @inheritdoc ICheckoutFactory
    function releaseDigest(Terms memory terms, Release calldata order) external view returns (bytes32) {
        (address deposit,) = _locate(terms);
        return _releaseDigest(deposit, order);
    }

    /// @dev Settles one deposit, or says why not; reverts only for want of gas.
    function _settle(Terms memory terms, address token)
        private
        returns (address deposit, bytes4 failure, uint256 paid, uint256 fee)
    {
        // `balanceOf`, and all calls of a usual token, then have their full share; also one that hides that it was starved.
        if (gasleft() < ITEM_GAS) revert InsufficientGas();

        bytes32 salt;
        (deposit, salt) = _locate(terms);
        (bool known, uint256 balance) = TokenCalls.balanceOf(token, deposit);
        if (!known) return (deposit, BalanceUnknown.selector, 0, 0);
        // Looked at before deploying: an item that somebody else settled first, or a made-up one, costs little.
        if (balance == 0) return (deposit, NothingToSettle.selector, 0, 0);

        _deployOnce(deposit, salt);
        fee = _feeOf(balance, terms.feeRateE9);
        unchecked {
            paid = balance - fee;
        }
        (failure, fee) = _pay(deposit, token, terms.receiver, paid, terms, fee);
        if (failure == 0) emit Settled(terms.intentId, deposit, token, paid, fee);
    }

    /// @dev Makes the deposit pay. A fee receiver that can't be paid must not block the merchant: its fee then goes to a
    ///      deposit of its own, which lets that one release it to a new address. Left here, it would be split again by the
    ///      next settlement, and the merchant would get most of it; so it stays only where the token refuses the escrow too.
    /// @return failure Zero, or why nothing was paid.
    /// @return moved The fee that left the deposit: `fee`, or 0 if neither its receiver nor the escrow took it.
    function _pay(address deposit, address token, address to, uint256 net, Terms memory terms, uint256 fee)
        private
        returns (bytes4 failure, uint256 moved)
    {
        failure = _order(deposit, token, to, net, terms.feeReceiver, fee);
        if (failure != ICheckoutDeposit.FeeTransferFailed.selector) return (failure, fee);

        (address escrow,) = _locate(Terms(terms.feeReceiver, address(0), 0, 0));
        failure = _order(deposit, token, to, net, escrow, fee);
        if (failure == 0) emit FeeHeld(terms.intentId, escrow, token, fee);
        if (failure != ICheckoutDeposit.FeeTransferFailed.selector) return (failure, fee);

        return (_order(deposit, token, to, net, address(0), 0), 0);
    }

    /// @dev One try, done in whole or not at all. A deposit fails by itself in two ways only; anything else that it comes back
    ///      with, emptiness included, is want of gas. A plain call: the deposit is known to have code.
    function _order(address deposit, address token, address to, uint256 net, address feeReceiver, uint256 fee)
        private
        returns (bytes4 failure)
    {
        (bool done, bytes memory reason) =
            deposit.call(abi.encodeCall(ICheckoutDeposit.pay, (token, to, net, feeReceiver, fee)));
        if (done) return 0;
        // Casting cuts an error down to its selector, and that is meant; nothing becomes zero.
        // forge-lint: disable-next-line(unsafe-typecast)
        failure = bytes4(reason);
        if (failure != TransferFailed.selector && failure != ICheckoutDeposit.FeeTransferFailed.selector) {
            revert InsufficientGas();
        }
    }

    /// @dev The code stays, so money that arrives later is settled for a third of the price.
    function _deployOnce(address deposit, bytes32 salt) private {
        if (deposit.code.length == 0) Clones.cloneDeterministic(implementation, salt);
    }

    /// @dev A key first, then a contract: an account that delegates by EIP-7702 has both, and SignatureChecker alone would ask
    ///      only its code.
    function _requireSigned(address signer, bytes32 digest, bytes calldata signature) private view {
        (address recovered, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == signer) return;
        if (SignatureChecker.isValidERC1271SignatureNowCalldata(signer, digest, signature)) return;
        revert InvalidSignature(signer);
    }

    function _releaseDigest(address deposit, Release calldata order) private view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    RELEASE_TYPEHASH,
                    deposit,
                    order.token,
                    order.to,
                    order.amount,
                    order.feeWaived,
                    order.nonce,
                    order.deadline
                )
            )
        );
    }

    function _locate(Terms memory terms) private view returns (address deposit, bytes32 salt) {
        assembly ("memory-safe") {
            // keccak256(abi.encode(terms)): four static members lie in memory as they are encoded.
            salt := keccak256(terms, 0x80)
        }
        deposit = Create2.computeAddress(salt, CLONE_CODE_HASH);
    }

    function _requireSound(Terms memory terms) private pure {
        if (terms.receiver == address(0)) revert ZeroReceiver();
        if (terms.feeRateE9 > WHOLE) revert FeeRateTooHigh(terms.feeRateE9);
        if (terms.feeRateE9 != 0 && terms.feeReceiver == address(0)) revert ZeroFeeReceiver();
    }

    /// @dev floor(amount · rate / 1e9) without overflow for any amount, since rate ≤ 1e9.
    function _feeOf(uint256 amount, uint256 feeRateE9) private pure returns (uint256) {
        // The remainder's share is added, so dividing first loses nothing.
        // forge-lint: disable-next-item(divide-before-multiply)
        unchecked {
            return (amount / WHOLE) * feeRateE9 + (amount % WHOLE) * feeRateE9 / WHOLE;
        }
    }
}
