// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Group, Release, Terms} from "../src/interfaces/ICheckoutFactory.sol";
import {Base} from "./support/Base.sol";
import {bound, vm} from "./support/Vm.sol";
import {MoodyToken} from "./tokens/MoodyToken.sol";

/// @notice Pays, settles, batches, releases and freezes at random, and keeps the books of what went in.
contract Handler is Base {
    uint96 internal constant INTENTS = 5;
    address internal constant SHOPPER = address(0x50FA);

    /// @notice What each intent's deposit has received of each token.
    mapping(address token => mapping(uint96 intentId => uint256 units)) public received;
    uint256 public payouts;
    uint256 private nonce;

    function tokens() public view returns (address[3] memory) {
        return [address(lean), address(moody), address(0)];
    }

    /// @dev Every intent has another rate, from nothing to all of it.
    function terms(uint96 intentId) public view returns (Terms memory) {
        uint32[5] memory rates = [uint32(0), 1, 6_000_000, 333_333_333, 1e9];
        return Terms(merchant, platform, rates[intentId - 1], intentId);
    }

    function deposit(uint96 intentId) public view returns (address) {
        return factory.depositAddress(terms(intentId));
    }

    function receive_(uint8 token, uint96 intentId, uint256 amount) external {
        address paid = tokens()[token % 3];
        intentId = uint96(bound(intentId, 1, INTENTS));
        amount = bound(amount, 1, 1e24);
        received[paid][intentId] += amount;
        if (paid == address(0)) vm.deal(deposit(intentId), deposit(intentId).balance + amount);
        else MoodyToken(paid).mint(deposit(intentId), amount);
    }

    function settle(uint8 token, uint96 intentId, address caller) public {
        ++payouts;
        Terms memory these = terms(uint96(bound(intentId, 1, INTENTS)));
        vm.prank(caller);
        try factory.settle(these, tokens()[token % 3]) {} catch {}
    }

    function settleBatch(uint8 token, uint256 seed) external {
        Group[] memory groups = new Group[](INTENTS);
        for (uint96 i = 1; i <= INTENTS; ++i) {
            Terms memory these = terms(uint96(1 + (seed % INTENTS + i) % INTENTS));
            uint96[] memory ids = new uint96[](1);
            ids[0] = these.intentId;
            groups[i - 1] = Group(merchant, platform, these.feeRateE9, tokens()[token % 3], ids);
        }
        payouts += INTENTS;
        factory.settleBatch(groups);
    }

    function release(uint8 token, uint96 intentId, uint256 amount) external {
        ++payouts;
        Terms memory these = terms(uint96(bound(intentId, 1, INTENTS)));
        address paid = tokens()[token % 3];
        uint256 held = balance(paid, factory.depositAddress(these));
        Release memory order = Release(paid, SHOPPER, bound(amount, 0, held * 2), false, ++nonce, block.timestamp);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(MERCHANT_KEY, factory.releaseDigest(these, order));
        try factory.release(these, order, abi.encodePacked(r, s, v), "") {} catch {}
    }

    /// @dev The escrow is never frozen: a token that refuses both leaves the fee behind, to be split again.
    function freeze(uint8 party, uint96 intentId, uint8 mood) external {
        address[4] memory parties = [merchant, platform, SHOPPER, deposit(uint96(bound(intentId, 1, INTENTS)))];
        moody.setMood(parties[party % 4], MoodyToken.Mood(mood % 4));
    }

    function thaw() external {
        moody.setMood(merchant, MoodyToken.Mood.Honest);
        moody.setMood(platform, MoodyToken.Mood.Honest);
        moody.setMood(SHOPPER, MoodyToken.Mood.Honest);
        for (uint96 i = 1; i <= INTENTS; ++i) {
            moody.setMood(deposit(i), MoodyToken.Mood.Honest);
        }
    }

    function settleHeldFees(uint8 token) external {
        try factory.settle(Terms(platform, address(0), 0, 0), tokens()[token % 3]) {} catch {}
    }

    /// @return sum What all deposits have received.
    /// @return due What the platform's rates take of it, rounded down for each deposit.
    /// @return held What lies in the deposits.
    function books(address token) external view returns (uint256 sum, uint256 due, uint256 held) {
        for (uint96 i = 1; i <= INTENTS; ++i) {
            sum += received[token][i];
            due += received[token][i] * terms(i).feeRateE9 / 1e9;
            held += balance(token, deposit(i));
        }
    }

    /// @return net What the merchant and whom it released to have got.
    /// @return fee What the platform has got, or waits for it in its escrow.
    function gains(address token) external view returns (uint256 net, uint256 fee) {
        net = balance(token, merchant) + balance(token, SHOPPER);
        fee = balance(token, platform) + balance(token, escrow());
    }

    function factoryHolds(address token) external view returns (uint256) {
        return balance(token, address(factory));
    }
}

/// @notice What holds after any sequence of the handler's calls.
contract InvariantsTest {
    Handler private handler;

    function setUp() public {
        handler = new Handler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// Nothing is lost, and as only these accounts are summed, nobody else gains.
    function invariant_paidAndFeeAndHeldAreWhatWasReceived() public view {
        address[3] memory tokens = handler.tokens();
        for (uint256 i = 0; i < tokens.length; ++i) {
            (uint256 sum,, uint256 held) = handler.books(tokens[i]);
            (uint256 net, uint256 fee) = handler.gains(tokens[i]);
            require(net + fee + held == sum, "paid + fee + held = received");
        }
    }

    function invariant_factoryHoldsNothing() public view {
        address[3] memory tokens = handler.tokens();
        for (uint256 i = 0; i < tokens.length; ++i) {
            require(handler.factoryHolds(tokens[i]) == 0, "factory");
        }
    }

    /// The fee is the rate's share of what arrived, less at most one unit for each payout, whoever was frozen in between.
    function afterInvariant() public {
        handler.thaw();
        address[3] memory tokens = handler.tokens();
        for (uint8 t = 0; t < tokens.length; ++t) {
            for (uint96 i = 1; i <= 5; ++i) {
                handler.settle(t, i, address(this));
            }
            (, uint256 due, uint256 held) = handler.books(tokens[t]);
            (, uint256 fee) = handler.gains(tokens[t]);
            require(held == 0, "settling empties every deposit");
            require(fee <= due && fee + handler.payouts() >= due, "fee");
        }
    }
}
