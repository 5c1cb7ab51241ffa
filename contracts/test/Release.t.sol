// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICheckoutFactory, Release, Terms} from "../src/interfaces/ICheckoutFactory.sol";
import {Base} from "./support/Base.sol";
import {bound, vm} from "./support/Vm.sol";
import {ContractReceiver} from "./support/ContractReceiver.sol";
import {MoodyToken} from "./tokens/MoodyToken.sol";

/// @notice Only the receiver's signature moves money elsewhere, once, as signed, and not past the fee.
contract ReleaseTest is Base {
    address private constant SHOPPER = address(0x50FA);
    bytes private constant NONE = "";

    function setUp() public {
        fund(address(lean), 1, PRICE);
    }

    function _order() private view returns (Release memory) {
        return Release(address(lean), SHOPPER, PRICE, false, 7, block.timestamp + 1 hours);
    }

    function _sign(uint256 key, Terms memory terms, Release memory order) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, factory.releaseDigest(terms, order));
        return abi.encodePacked(r, s, v);
    }

    function _expectInvalid(address signer) private {
        vm.expectRevert(abi.encodeWithSelector(ICheckoutFactory.InvalidSignature.selector, signer));
    }

    function test_release_paysTheTargetAndTheFee() public {
        Release memory order = _order();
        bytes memory signature = _sign(MERCHANT_KEY, termsOf(1), order);
        bytes32 digest = factory.releaseDigest(termsOf(1), order);
        vm.expectEmit(address(factory));
        emit ICheckoutFactory.Released(1, depositOf(1), address(lean), SHOPPER, NET, FEE, digest);
        (uint256 paid, uint256 fee) = factory.release(termsOf(1), order, signature, NONE);
        assertEq(paid, NET, "paid");
        assertEq(fee, FEE, "fee");
        assertEq(lean.balanceOf(SHOPPER), NET, "shopper");
        assertPaid(address(lean), 0, FEE);
        assertTrue(factory.isReleaseUsed(digest), "used");
    }

    function test_release_waivesTheFeeWhenBothSign() public {
        Release memory order = _order();
        order.feeWaived = true;
        factory.release(
            termsOf(1), order, _sign(MERCHANT_KEY, termsOf(1), order), _sign(PLATFORM_KEY, termsOf(1), order)
        );
        assertEq(lean.balanceOf(SHOPPER), PRICE, "shopper");
    }

    function test_release_doesNotWaiveTheFeeOnTheMerchantsWord() public {
        Release memory order = _order();
        order.feeWaived = true;
        bytes memory signature = _sign(MERCHANT_KEY, termsOf(1), order);
        _expectInvalid(platform);
        factory.release(termsOf(1), order, signature, signature);
        _expectInvalid(platform);
        factory.release(termsOf(1), order, signature, NONE);
    }

    /// The waiver is signed by both: whoever relays the order can't drop it and make the refund short.
    function test_release_waiverCannotBeDropped() public {
        Release memory order = _order();
        order.feeWaived = true;
        bytes memory signature = _sign(MERCHANT_KEY, termsOf(1), order);
        order.feeWaived = false;
        _expectInvalid(merchant);
        factory.release(termsOf(1), order, signature, NONE);
    }

    function test_release_refusesAReplay() public {
        Release memory order = _order();
        order.amount = PRICE / 2;
        bytes memory signature = _sign(MERCHANT_KEY, termsOf(1), order);
        factory.release(termsOf(1), order, signature, NONE);
        bytes32 digest = factory.releaseDigest(termsOf(1), order);
        vm.expectRevert(abi.encodeWithSelector(ICheckoutFactory.ReleaseUsed.selector, digest));
        factory.release(termsOf(1), order, signature, NONE);

        order.nonce = 8;
        factory.release(termsOf(1), order, _sign(MERCHANT_KEY, termsOf(1), order), NONE);
        assertEq(lean.balanceOf(SHOPPER), NET, "an equal order with another nonce is another order");
    }

    function test_release_refusesAnotherDeposit() public {
        fund(address(lean), 2, PRICE);
        Release memory order = _order();
        bytes memory signature = _sign(MERCHANT_KEY, termsOf(1), order);
        _expectInvalid(merchant);
        factory.release(termsOf(2), order, signature, NONE);
    }

    function test_release_refusesTermsOfAnotherSigner() public {
        Release memory order = _order();
        bytes memory signature = _sign(PLATFORM_KEY, termsOf(1), order);
        _expectInvalid(merchant);
        factory.release(termsOf(1), order, signature, NONE);
    }

    function test_release_refusesAnotherChain() public {
        Release memory order = _order();
        bytes memory signature = _sign(MERCHANT_KEY, termsOf(1), order);
        vm.chainId(block.chainid + 1);
        _expectInvalid(merchant);
        factory.release(termsOf(1), order, signature, NONE);
    }

    function testFuzz_release_refusesChangedOrder(uint8 field, uint256 change) public {
        Release memory order = _order();
        bytes memory signature = _sign(MERCHANT_KEY, termsOf(1), order);
        field = uint8(bound(field, 0, 4));
        change = bound(change, 1, PRICE - 1);
        if (field == 0) order.token = address(moody);
        if (field == 1) order.to = address(uint160(change));
        if (field == 2) order.amount -= change;
        if (field == 3) order.nonce += change;
        if (field == 4) order.deadline += change;
        _expectInvalid(merchant);
        factory.release(termsOf(1), order, signature, NONE);
    }

    function test_release_refusesAfterTheDeadline() public {
        Release memory order = _order();
        bytes memory signature = _sign(MERCHANT_KEY, termsOf(1), order);
        vm.warp(order.deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(ICheckoutFactory.ReleaseExpired.selector, order.deadline));
        factory.release(termsOf(1), order, signature, NONE);
        vm.warp(order.deadline);
        factory.release(termsOf(1), order, signature, NONE);
    }

    function test_release_refusesUnsoundTermsAndTargets() public {
        Release memory order = _order();
        vm.expectRevert(abi.encodeWithSelector(ICheckoutFactory.FeeRateTooHigh.selector, 1e9 + 1));
        factory.release(Terms(merchant, platform, 1e9 + 1, 1), order, NONE, NONE);
        order.to = address(0);
        vm.expectRevert(abi.encodeWithSelector(ICheckoutFactory.ZeroReceiver.selector));
        factory.release(termsOf(1), order, NONE, NONE);
    }

    function test_release_revertsWhenTheTargetCannotBePaid() public {
        moody.setMood(SHOPPER, MoodyToken.Mood.Frozen);
        fund(address(moody), 1, PRICE);
        Release memory order = _order();
        order.token = address(moody);
        bytes memory signature = _sign(MERCHANT_KEY, termsOf(1), order);
        expectNotSettled(ICheckoutFactory.TransferFailed.selector);
        factory.release(termsOf(1), order, signature, NONE);
        assertTrue(!factory.isReleaseUsed(factory.releaseDigest(termsOf(1), order)), "may be tried again");
    }

    function test_release_revertsForTokenWithoutCode() public {
        Release memory order = _order();
        order.token = address(0xC0DE);
        bytes memory signature = _sign(MERCHANT_KEY, termsOf(1), order);
        expectNotSettled(ICheckoutFactory.BalanceUnknown.selector);
        factory.release(termsOf(1), order, signature, NONE);
    }

    /// A token that moves the money and then says it did not: the first try must be undone before the second.
    function test_release_takesTheFeeOnceFromTokenThatLies() public {
        moody.setMood(platform, MoodyToken.Mood.ReturnsFalse);
        fund(address(moody), 1, 2 * PRICE);
        Release memory order = _order();
        order.token = address(moody);
        factory.release(termsOf(1), order, _sign(MERCHANT_KEY, termsOf(1), order), NONE);
        assertEq(moody.units(platform), 0, "undone");
        assertEq(moody.units(escrow()), FEE, "held");
        assertEq(moody.units(depositOf(1)), PRICE, "the rest");
    }

    /// Asked for more than there is, the net amount could be all of it, and the fee would be evaded.
    function testFuzz_release_neverPaysMoreThanThereIs(uint256 excess) public {
        Release memory order = _order();
        order.amount = PRICE + bound(excess, 1, PRICE);
        bytes memory signature = _sign(MERCHANT_KEY, termsOf(1), order);
        expectNotSettled(ICheckoutFactory.BalanceTooLow.selector);
        factory.release(termsOf(1), order, signature, NONE);
    }

    function test_release_sendsBackNativeCoins() public {
        fund(address(0), 1, PRICE);
        Release memory order = _order();
        order.token = address(0);
        factory.release(termsOf(1), order, _sign(MERCHANT_KEY, termsOf(1), order), NONE);
        assertEq(SHOPPER.balance, NET, "shopper");
    }

    /// A new receiver, when the old one is frozen.
    function test_release_changesTheReceiver() public {
        moody.setMood(merchant, MoodyToken.Mood.Frozen);
        fund(address(moody), 1, PRICE);
        Release memory order = _order();
        order.token = address(moody);
        factory.release(termsOf(1), order, _sign(MERCHANT_KEY, termsOf(1), order), NONE);
        assertEq(moody.units(SHOPPER), NET, "paid elsewhere");
    }

    /// The fee receiver is the receiver of its escrow, so it can send held fees to a new address alone.
    function test_release_letsTheFeeReceiverMoveHeldFees() public {
        moody.setMood(platform, MoodyToken.Mood.Frozen);
        fund(address(moody), 1, PRICE);
        factory.settle(termsOf(1), address(moody));
        Terms memory held = Terms(platform, address(0), 0, 0);
        Release memory order = _order();
        order.token = address(moody);
        order.amount = FEE;
        factory.release(held, order, _sign(PLATFORM_KEY, held, order), NONE);
        assertEq(moody.units(SHOPPER), FEE, "moved");
    }

    function test_release_acceptsContractSignature() public {
        ContractReceiver wallet = new ContractReceiver();
        Terms memory terms = Terms(address(wallet), platform, RATE, 1);
        lean.mint(factory.depositAddress(terms), PRICE);
        Release memory order = _order();
        bytes memory signature = "approved by the wallet's own rules";
        _expectInvalid(address(wallet));
        factory.release(terms, order, signature, NONE);
        wallet.approve(factory.releaseDigest(terms, order));
        factory.release(terms, order, signature, NONE);
        assertEq(lean.balanceOf(SHOPPER), NET, "shopper");
    }

    /// EIP-7702: the account has a key and code, and the code may know nothing of signatures.
    function test_release_acceptsKeyOfDelegatedAccount() public {
        vm.etch(merchant, hex"00");
        Release memory order = _order();
        factory.release(termsOf(1), order, _sign(MERCHANT_KEY, termsOf(1), order), NONE);
        assertEq(lean.balanceOf(SHOPPER), NET, "shopper");
    }

    function test_releaseDigest_isTheOneOfEip712() public view {
        Release memory order = _order();
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("AllScale Checkout"),
                keccak256("1"),
                block.chainid,
                address(factory)
            )
        );
        bytes32 struct_ = keccak256(
            abi.encode(
                keccak256(
                    "Release(address deposit,address token,address to,uint256 amount,bool feeWaived,uint256 nonce,uint256 deadline)"
                ),
                depositOf(1),
                order.token,
                order.to,
                order.amount,
                order.feeWaived,
                order.nonce,
                order.deadline
            )
        );
        bytes32 expected = keccak256(abi.encodePacked(hex"1901", domain, struct_));
        assertTrue(factory.releaseDigest(termsOf(1), order) == expected, "digest");
    }
}
