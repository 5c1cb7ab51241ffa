// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Group, ICheckoutFactory, Terms} from "../src/interfaces/ICheckoutFactory.sol";
import {Base} from "./support/Base.sol";
import {bound, vm} from "./support/Vm.sol";
import {MoodyToken} from "./tokens/MoodyToken.sol";

/// @notice Tokens that burn gas, lie, freeze or answer in megabytes: one of them costs its own settlement and no other's.
contract HostileTokensTest is Base {
    address private constant OTHER_MERCHANT = address(0xB0B);

    /// @dev One hostile item among two good ones, with gas that a token without a cap would burn in whole.
    function _settleAmongOthers(bytes4 reason) private returns (uint256 gasUsed) {
        Group[] memory groups = new Group[](2);
        groups[0] = batchOf(address(moody), 1)[0];
        groups[1] = batchOf(address(lean), 2)[0];
        fund(address(moody), 1, PRICE);
        fund(address(lean), 1, PRICE);
        fund(address(lean), 2, PRICE);
        vm.expectEmit(address(factory));
        emit ICheckoutFactory.Skipped(1, depositOf(1), address(moody), reason);
        uint256 before = gasleft();
        uint256 settled = factory.settleBatch{gas: 1_200_000}(groups);
        gasUsed = before - gasleft();
        assertEq(settled, 2, "settled");
        assertPaid(address(lean), 2 * NET, 2 * FEE);
        assertEq(moody.units(depositOf(1)), PRICE, "the money stays");
    }

    function _assertSkippedBecauseOf(address party, MoodyToken.Mood mood) private {
        moody.setMood(party, mood);
        // Two good items take 140,000, the deployment 41,000, the token its cap and no more.
        assertTrue(_settleAmongOthers(ICheckoutFactory.TransferFailed.selector) < 500_000, "bounded");
        moody.setMood(party, MoodyToken.Mood.Honest);
        factory.settle(termsOf(1), address(moody));
        assertPaid(address(moody), NET, FEE);
    }

    function test_settleBatch_skipsFrozenDeposit() public {
        _assertSkippedBecauseOf(depositOf(1), MoodyToken.Mood.Frozen);
    }

    function test_settleBatch_skipsFrozenMerchant() public {
        _assertSkippedBecauseOf(merchant, MoodyToken.Mood.Frozen);
    }

    function test_settleBatch_skipsTokenThatReturnsFalse() public {
        _assertSkippedBecauseOf(merchant, MoodyToken.Mood.ReturnsFalse);
    }

    function test_settleBatch_skipsTokenThatReturnsNeitherTrueNorFalse() public {
        _assertSkippedBecauseOf(merchant, MoodyToken.Mood.ReturnsTwo);
    }

    function test_settleBatch_skipsTokenThatReturnsLessThanAWord() public {
        _assertSkippedBecauseOf(merchant, MoodyToken.Mood.ReturnsShort);
    }

    function test_settleBatch_skipsTokenThatBurnsAllGas() public {
        _assertSkippedBecauseOf(merchant, MoodyToken.Mood.BurnsAllGas);
    }

    function test_settleBatch_doesNotCopyReturnBombs() public {
        _assertSkippedBecauseOf(merchant, MoodyToken.Mood.RevertBomb);
    }

    function _assertSkippedWhenAskedForBalance(MoodyToken.Mood mood) private {
        moody.setBalanceMood(mood);
        assertTrue(_settleAmongOthers(ICheckoutFactory.BalanceUnknown.selector) < 460_000, "bounded");
        assertEq(depositOf(1).code.length, 45, "deployed for the other token");
    }

    function test_settleBatch_skipsBalanceThatReverts() public {
        _assertSkippedWhenAskedForBalance(MoodyToken.Mood.Frozen);
    }

    function test_settleBatch_skipsBalanceThatBurnsAllGas() public {
        _assertSkippedWhenAskedForBalance(MoodyToken.Mood.BurnsAllGas);
    }

    function test_settleBatch_skipsBalanceThatIsABomb() public {
        _assertSkippedWhenAskedForBalance(MoodyToken.Mood.RevertBomb);
    }

    function test_settleBatch_skipsBalanceOfLessThanAWord() public {
        _assertSkippedWhenAskedForBalance(MoodyToken.Mood.ReturnsShort);
    }

    function test_settle_revertsForTokenWithoutCode() public {
        expectNotSettled(ICheckoutFactory.BalanceUnknown.selector);
        factory.settle(termsOf(1), address(0xC0DE));
    }

    function test_settle_takesTokenThatReturnsNothing() public {
        moody.setMood(depositOf(1), MoodyToken.Mood.ReturnsNothing);
        fund(address(moody), 1, PRICE);
        factory.settle(termsOf(1), address(moody));
        assertPaid(address(moody), NET, FEE);
    }

    function test_settle_splitsWhatArrivesOfTaxedToken() public {
        moody.setTax(100);
        fund(address(moody), 1, PRICE);
        factory.settle(termsOf(1), address(moody));
        assertPaid(address(moody), NET - NET / 100, FEE - FEE / 100);
        assertEq(moody.units(depositOf(1)), 0, "emptied");
    }

    /// A transfer of nothing is refused by some tokens, and must not be tried.
    function test_settle_worksWhenTheFeeRoundsToNothing() public {
        fund(address(moody), 1, 1);
        factory.settle(termsOf(1), address(moody));
        assertPaid(address(moody), 1, 0);
    }

    function test_settle_holdsTheFeeOfFrozenFeeReceiver() public {
        moody.setMood(platform, MoodyToken.Mood.Frozen);
        fund(address(moody), 1, PRICE);
        vm.expectEmit(address(factory));
        emit ICheckoutFactory.FeeHeld(1, escrow(), address(moody), FEE);
        vm.expectEmit(address(factory));
        emit ICheckoutFactory.Settled(1, depositOf(1), address(moody), NET, FEE);
        factory.settle(termsOf(1), address(moody));
        assertPaid(address(moody), NET, 0);
        assertEq(moody.units(escrow()), FEE, "held");
        assertEq(moody.units(depositOf(1)), 0, "nothing that the merchant could settle again");

        moody.setMood(platform, MoodyToken.Mood.Honest);
        factory.settle(Terms(platform, address(0), 0, 0), address(moody));
        assertPaid(address(moody), NET, FEE);
    }

    function test_settle_leavesTheFeeThatNobodyCanTake() public {
        moody.setMood(platform, MoodyToken.Mood.Frozen);
        moody.setMood(escrow(), MoodyToken.Mood.Frozen);
        fund(address(moody), 1, PRICE);
        vm.expectEmit(address(factory));
        emit ICheckoutFactory.Settled(1, depositOf(1), address(moody), NET, 0);
        (uint256 paid, uint256 fee) = factory.settle(termsOf(1), address(moody));
        assertEq(paid, NET, "paid");
        assertEq(fee, 0, "fee");
        assertEq(moody.units(depositOf(1)), FEE, "left");
    }

    /// 31 zeros after the merchant's `true`, of which the last byte is still in memory: read as a word, they are `true` again.
    function test_settle_readsNoShortAnswerAsTrue() public {
        moody.setMood(platform, MoodyToken.Mood.ReturnsShort);
        fund(address(moody), 1, PRICE);
        factory.settle(termsOf(1), address(moody));
        assertPaid(address(moody), NET, 0);
        assertEq(moody.units(escrow()), FEE, "held");
    }

    function test_settleBatch_capsTheGasOfNativeReceivers() public {
        GasBurner burner = new GasBurner();
        Group[] memory groups = new Group[](2);
        groups[0] = batchOf(address(0), 1)[0];
        groups[0].receiver = address(burner);
        groups[1] = batchOf(address(lean), 1)[0];
        vm.deal(factory.depositAddress(Terms(address(burner), platform, RATE, 1)), PRICE);
        fund(address(lean), 1, PRICE);
        assertEq(factory.settleBatch{gas: 1_200_000}(groups), 1, "settled");
        assertPaid(address(lean), NET, FEE);
    }

    function test_settle_keepsNativeCoinsOfMerchantThatRefuses() public {
        RefusingReceiver refusing = new RefusingReceiver();
        Terms memory terms = Terms(address(refusing), platform, RATE, 1);
        vm.deal(factory.depositAddress(terms), PRICE);
        expectNotSettled(ICheckoutFactory.TransferFailed.selector);
        factory.settle(terms, address(0));
        assertEq(factory.depositAddress(terms).balance, PRICE, "the money stays");
    }

    function testFuzz_settleBatch_aFailedItemMovesNothing(uint256 amount, uint8 mood) public {
        amount = bound(amount, 1000, type(uint128).max);
        moody.setMood(OTHER_MERCHANT, MoodyToken.Mood(bound(mood, 1, 4)));
        Group[] memory groups = batchOf(address(moody), 1);
        groups[0].receiver = OTHER_MERCHANT;
        address deposit = factory.depositAddress(Terms(OTHER_MERCHANT, platform, RATE, 1));
        moody.mint(deposit, amount);
        assertEq(factory.settleBatch(groups), 0, "settled");
        assertEq(moody.units(deposit), amount, "deposit");
        assertPaid(address(moody), 0, 0);
    }
}

contract RefusingReceiver {
    receive() external payable {
        revert("no coins");
    }
}

contract GasBurner {
    receive() external payable {
        assembly {
            invalid()
        }
    }
}
