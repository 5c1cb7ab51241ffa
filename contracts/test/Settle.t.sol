// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICheckoutDeposit} from "../src/interfaces/ICheckoutDeposit.sol";
import {Group, ICheckoutFactory, Terms} from "../src/interfaces/ICheckoutFactory.sol";
import {TetherLike} from "../src/test-tokens/TetherLike.sol";
import {UsdCoinLike} from "../src/test-tokens/UsdCoinLike.sol";
import {Base} from "./support/Base.sol";
import {bound, vm, Vm} from "./support/Vm.sol";

/// @notice Who is paid, how much, and what a batch does with items that have nothing: all with well-behaved coins.
contract SettleTest is Base {
    TetherLike private immutable usdt = new TetherLike("Tether USD", "USDT", 6);
    UsdCoinLike private immutable usdc = new UsdCoinLike("USD Coin", "USDC", 18);

    function test_settle_paysMerchantAndFee() public {
        fund(address(lean), 1, PRICE);
        vm.expectEmit(address(factory));
        emit ICheckoutFactory.Settled(1, depositOf(1), address(lean), NET, FEE);
        (uint256 paid, uint256 fee) = factory.settle(termsOf(1), address(lean));
        assertEq(paid, NET, "paid");
        assertEq(fee, FEE, "fee");
        assertPaid(address(lean), NET, FEE);
    }

    function test_settle_takesTokensWithoutReturnValue() public {
        fund(address(usdt), 1, PRICE);
        factory.settle(termsOf(1), address(usdt));
        assertPaid(address(usdt), NET, FEE);
    }

    function test_settle_takesTokensThatReturnTrue() public {
        fund(address(usdc), 1, PRICE);
        factory.settle(termsOf(1), address(usdc));
        assertPaid(address(usdc), NET, FEE);
    }

    function test_settle_takesNativeCoins() public {
        fund(address(0), 1, PRICE);
        factory.settle(termsOf(1), address(0));
        assertPaid(address(0), NET, FEE);
    }

    function test_settle_takesNativeCoinsSentToDeployedDeposit() public {
        fund(address(lean), 1, PRICE);
        factory.settle(termsOf(1), address(lean));
        vm.deal(address(this), PRICE);
        (bool sent,) = depositOf(1).call{value: PRICE}("");
        assertTrue(sent, "a deployed deposit takes coins");
        factory.settle(termsOf(1), address(0));
        assertPaid(address(0), NET, FEE);
    }

    function test_settle_paysMoneyThatCameLater() public {
        fund(address(lean), 1, PRICE);
        factory.settle(termsOf(1), address(lean));
        fund(address(lean), 1, PRICE);
        factory.settle(termsOf(1), address(lean));
        assertPaid(address(lean), 2 * NET, 2 * FEE);
    }

    function test_settle_takesNoFeeAtRateZero() public {
        Terms memory terms = Terms(merchant, address(0), 0, 1);
        moody.mint(factory.depositAddress(terms), PRICE);
        factory.settle(terms, address(moody));
        assertPaid(address(moody), PRICE, 0);
    }

    function test_settle_paysFeeOnlyAtRateOne() public {
        Terms memory terms = Terms(merchant, platform, 1e9, 1);
        moody.mint(factory.depositAddress(terms), PRICE);
        factory.settle(terms, address(moody));
        assertPaid(address(moody), 0, PRICE);
    }

    function test_settle_paysMerchantFirst() public {
        fund(address(lean), 1, PRICE);
        vm.recordLogs();
        factory.settle(termsOf(1), address(lean));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(address(uint160(uint256(logs[0].topics[2]))), merchant, "first the merchant");
        assertEq(address(uint160(uint256(logs[1].topics[2]))), platform, "then the fee");
    }

    function test_settle_revertsWhenThereIsNothing() public {
        expectNotSettled(ICheckoutFactory.NothingToSettle.selector);
        factory.settle(termsOf(1), address(lean));
    }

    function test_settle_revertsForUnsoundTerms() public {
        vm.expectRevert(abi.encodeWithSelector(ICheckoutFactory.ZeroReceiver.selector));
        factory.settle(Terms(address(0), platform, RATE, 1), address(0));
        vm.expectRevert(abi.encodeWithSelector(ICheckoutFactory.ZeroFeeReceiver.selector));
        factory.settle(Terms(merchant, address(0), RATE, 1), address(0));
        vm.expectRevert(abi.encodeWithSelector(ICheckoutFactory.FeeRateTooHigh.selector, 1e9 + 1));
        factory.settle(Terms(merchant, platform, 1e9 + 1, 1), address(0));
    }

    function test_settleBatch_revertsForUnsoundTerms() public {
        Group[] memory groups = batchOf(address(0), 1);
        groups[0].receiver = address(0);
        vm.expectRevert(abi.encodeWithSelector(ICheckoutFactory.ZeroReceiver.selector));
        factory.settleBatch(groups);
    }

    function test_pay_obeysOnlyTheFactory() public {
        fund(address(lean), 1, PRICE);
        factory.settle(termsOf(1), address(lean));
        fund(address(lean), 1, PRICE);
        ICheckoutDeposit deposit = ICheckoutDeposit(depositOf(1));
        ICheckoutDeposit implementation = ICheckoutDeposit(factory.implementation());
        vm.expectRevert(abi.encodeWithSelector(ICheckoutDeposit.NotFactory.selector));
        deposit.pay(address(lean), address(this), PRICE, platform, 0);
        vm.expectRevert(abi.encodeWithSelector(ICheckoutDeposit.NotFactory.selector));
        implementation.pay(address(lean), address(this), 0, platform, 0);
    }

    function test_settleBatch_paysEveryGroup() public {
        Group[] memory groups = new Group[](2);
        groups[0] = batchOf(address(lean), 3)[0];
        groups[1] = batchOf(address(0), 2)[0];
        for (uint96 i = 1; i <= 3; ++i) {
            fund(address(lean), i, PRICE);
        }
        for (uint96 i = 1; i <= 2; ++i) {
            fund(address(0), i, PRICE);
        }
        assertEq(factory.settleBatch(groups), 5, "settled");
        assertPaid(address(lean), 3 * NET, 3 * FEE);
        assertPaid(address(0), 2 * NET, 2 * FEE);
    }

    function test_settleBatch_emitsOneEventForEachSettlement() public {
        for (uint96 i = 1; i <= 3; ++i) {
            fund(address(lean), i, PRICE);
        }
        vm.recordLogs();
        factory.settleBatch(batchOf(address(lean), 3));
        assertEq(countLogs(ICheckoutFactory.Settled.selector), 3, "events");
    }

    function test_settleBatch_skipsWhatHasNothing() public {
        fund(address(lean), 1, PRICE);
        fund(address(lean), 3, PRICE);
        vm.expectEmit(address(factory));
        emit ICheckoutFactory.Skipped(2, depositOf(2), address(lean), ICheckoutFactory.NothingToSettle.selector);
        assertEq(factory.settleBatch(batchOf(address(lean), 3)), 2, "settled");
        assertEq(depositOf(2).code.length, 0, "nothing is deployed for nothing");
    }

    function test_settleBatch_paysAnItemNamedTwiceOnce() public {
        fund(address(lean), 1, PRICE);
        Group[] memory groups = batchOf(address(lean), 2);
        groups[0].intentIds[1] = 1;
        assertEq(factory.settleBatch(groups), 1, "settled");
        assertPaid(address(lean), NET, FEE);
    }

    /// A minimum "on the settlement that deploys" would be evaded so; a linear rate is not.
    function test_settle_feeIsTheSameWithDustFirst() public {
        fund(address(lean), 1, 1);
        factory.settle(termsOf(1), address(lean));
        moody.mint(depositOf(1), 1_000_000_000);
        factory.settle(termsOf(1), address(moody));
        fund(address(lean), 1, PRICE);
        factory.settle(termsOf(1), address(lean));
        assertPaid(address(lean), NET + 1, FEE);
    }

    function testFuzz_settle_splitsExactly(uint256 amount, uint32 rate) public {
        amount = bound(amount, 1, type(uint256).max);
        rate = uint32(bound(rate, 0, 1e9));
        Terms memory terms = Terms(merchant, platform, rate, 1);
        lean.mint(factory.depositAddress(terms), amount);
        (uint256 paid, uint256 fee) = factory.settle(terms, address(lean));
        assertEq(paid + fee, amount, "all of it");
        // In full precision: fee = floor(amount · rate / 1e9).
        assertTrue(mulmod(amount, rate, 1e9) == _fractionOf(amount, rate, fee), "floor");
        assertPaid(address(lean), paid, fee);
    }

    /// amount · rate - fee · 1e9, modulo 2^256: the fraction that rounding down leaves, if `fee` is the floor.
    function _fractionOf(uint256 amount, uint256 rate, uint256 fee) private pure returns (uint256) {
        unchecked {
            return amount * rate - fee * 1e9;
        }
    }

    function testFuzz_settle_feeDoesNotDependOnTheSplit(uint64[8] memory parts, uint32 rate) public {
        rate = uint32(bound(rate, 0, 1e9));
        Terms memory terms = Terms(merchant, platform, rate, 1);
        address deposit = factory.depositAddress(terms);
        uint256 sum;
        for (uint256 i = 0; i < parts.length; ++i) {
            if (parts[i] == 0) continue;
            sum += parts[i];
            lean.mint(deposit, parts[i]);
            factory.settle(terms, address(lean));
        }
        uint256 whole = sum * rate / 1e9;
        uint256 taken = lean.balanceOf(platform);
        assertTrue(taken <= whole && taken + parts.length >= whole, "floor, less one unit a settlement at most");
    }
}
